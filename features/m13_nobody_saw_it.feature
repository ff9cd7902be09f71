Feature: Whoever could have seen that cases stalled is named, month by month
  The failings were failings of leadership: nobody saw them. The same answers are given by team, by the supervisor
  who gave the case to its owner, by category and by month, so that somebody must have seen them.

  Background:
    Given these officers
      | officer | team  | accredited for   | since          |
      | DC 1417 | Hydra | child-protection | 4 January 2016 |
      | DC 2206 | Hydra | child-protection | 4 January 2016 |
      | DC 2714 | Lyra  | child-protection | 4 January 2016 |
    And case CHB-0901 with this record
      | recorded               | by            | what                    |
      | 1 February 2016 09:00  | referral desk | reported as child-abuse |
      | 1 February 2016 09:30  | PS 0088       | risk assessed as medium |
      | 1 February 2016 10:00  | PS 0088       | allocated to DC 1417    |
    And case CHB-0902 with this record
      | recorded               | by            | what                    |
      | 8 February 2016 09:00  | referral desk | reported as child-abuse |
      | 8 February 2016 09:30  | PS 0088       | risk assessed as medium |
      | 8 February 2016 10:00  | PS 0088       | allocated to DC 2206    |
    And case GRM-0903 with this record
      | recorded               | by            | what                        |
      | 7 March 2016 09:00     | referral desk | reported as online-grooming |
      | 7 March 2016 09:30     | PS 0042       | risk assessed as low        |
      | 7 March 2016 10:00     | PS 0042       | allocated to DC 2714        |
    And case GRM-0904 with this record
      | recorded               | by            | what                        |
      | 18 April 2016 09:00    | referral desk | reported as online-grooming |
    And case CHB-0902 goes on like this
      | recorded            | by      | what         |
      | 20 April 2016 15:00 | DC 2206 | further harm |

  Rule: Stalled cases are counted by whoever could have seen them

    Scenario: By team
      When the record is read as at 30 April 2016
      Then by team this many cases are stalled
        | team   | stalled | longest over | harm           |
        | Hydra  | 2       | 88           | 1 further-harm |
        | Lyra   | 1       | 53           |                |
        | nobody | 1       | 11           |                |

    Scenario: By the supervisor who gave the case to its owner
      When the record is read as at 30 April 2016
      Then by supervisor this many cases are stalled
        | supervisor | stalled | longest over | harm           |
        | PS 0088    | 2       | 88           | 1 further-harm |
        | PS 0042    | 1       | 53           |                |
        | nobody     | 1       | 11           |                |

  Rule: Month by month, so that nobody can say that it was only now

    Scenario: Three months by team
      When the record is read as at 30 April 2016
      Then month by month, by team, this many cases are stalled
        | month   | team   | stalled | longest over | harm           |
        | 2016-02 | Hydra  | 2       | 27           |                |
        | 2016-03 | Hydra  | 2       | 58           |                |
        | 2016-03 | Lyra   | 1       | 23           |                |
        | 2016-04 | Hydra  | 2       | 88           | 1 further-harm |
        | 2016-04 | Lyra   | 1       | 53           |                |
        | 2016-04 | nobody | 1       | 11           |                |

  Rule: What was entered late is in the month in which it happened, and not in what was known then

    Scenario: A crime recorded weeks late
      Given case GRM-0903 goes on like this
        | happened           | recorded           | by      | what           |
        | 7 March 2016 15:00 | 25 April 2016 09:00 | DC 2714 | crime recorded |
        | 8 March 2016 15:00 | 25 April 2016 09:05 | DC 2714 | child seen     |
      When the record is read as at 31 March 2016
      Then by team this many cases are stalled
        | team  | stalled | longest over | harm |
        | Hydra | 2       | 58           |      |
      When the record is read as known at 31 March 2016
      Then by team this many cases are stalled
        | team  | stalled | longest over | harm |
        | Hydra | 2       | 58           |      |
        | Lyra  | 1       | 23           |      |
