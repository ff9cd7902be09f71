Feature: Waiting and harm are counted, and nothing looks better for a case that was closed
  Targets for other crimes set the priorities. So waiting is counted, and harm; by category, by risk and by cause. No
  share of cases resolved is offered anywhere: such a target is met by closing what is easy.

  Background:
    Given these officers
      | officer | team  | accredited for   | since          |
      | DC 1417 | Hydra | child-protection | 4 January 2016 |
    And case IMG-0911 with this record
      | recorded              | by            | what                        |
      | 1 March 2016 09:00    | referral desk | reported as indecent-images |
      | 1 March 2016 10:00    | PS 0088       | allocated to DC 1417        |
    And case OTH-0913 with this record
      | recorded              | by            | what                        |
      | 2 March 2016 09:00    | referral desk | reported as other           |
      | 2 March 2016 10:00    | PS 0088       | allocated to DC 1417        |
      | 3 March 2016 10:00    | DC 1417       | closure requested: advice given |
      | 3 March 2016 11:00    | PS 0088       | resolved: advice given      |
    And case IMG-0912 with this record
      | recorded              | by            | what                        |
      | 14 March 2016 09:00   | referral desk | reported as indecent-images |
    And case IMG-0911 goes on like this
      | recorded            | by      | what          |
      | 20 March 2016 10:00 | DC 1417 | evidence lost |

  Rule: Waiting is counted by category, with the harm that came to light meanwhile

    Scenario: At the end of March
      When the record is read as at 31 March 2016
      Then by category this many cases are stalled
        | category        | stalled | longest over | harm            |
        | indecent-images | 2       | 29           | 1 evidence-lost |

    Scenario: By cause, a case counting for each of its causes
      When the record is read as at 31 March 2016
      Then by cause this many cases are stalled
        | cause          | stalled | longest over | harm            |
        | clock-breached | 2       | 29           |                 |
        | dormant        | 2       | 23           |                 |
        | step-missing   | 2       | 22           |                 |
        | unallocated    | 1       | 16           |                 |
        | untouched      | 1       | 22           |                 |
        | nobody         | 0       | 0            | 1 evidence-lost |

  Rule: A case that was closed quickly makes nothing look better

    Background:
      Given 20 cases with this record each
        | recorded            | by            | what                            |
        | 21 March 2016 09:00 | referral desk | reported as other               |
        | 21 March 2016 10:00 | PS 0088       | allocated to DC 1417            |
        | 21 March 2016 16:00 | DC 1417       | closure requested: advice given |
        | 21 March 2016 16:30 | PS 0088       | resolved: advice given          |

    Scenario: Twenty cases closed on the day of their report change no figure
      When the record is read as at 31 March 2016
      Then by category this many cases are stalled
        | category        | stalled | longest over | harm            |
        | indecent-images | 2       | 29           | 1 evidence-lost |
      And by cause this many cases are stalled
        | cause          | stalled | longest over | harm            |
        | clock-breached | 2       | 29           |                 |
        | dormant        | 2       | 23           |                 |
        | step-missing   | 2       | 22           |                 |
        | unallocated    | 1       | 16           |                 |
        | untouched      | 1       | 22           |                 |
        | nobody         | 0       | 0            | 1 evidence-lost |

    Scenario Outline: No count of what was resolved and no percentage, by whatever it is counted
      When the record is read as at 31 March 2016
      Then each figure counted by <what> is one of cases that are stalled, of their time, or of harm

      Examples:
        | what       |
        | category   |
        | risk       |
        | cause      |
        | team       |
        | owner      |
        | supervisor |

  Rule: What was known a month earlier was less, and is kept

    Scenario: As known at the end of February
      When the record is read as known at 29 February 2016
      Then by category this many cases are stalled
        | category | stalled | longest over | harm |
