Feature: M10 - Cases referred back
  38 cases were referred back to the force, as a serious concern or because a child was at immediate risk. Each
  answer is the force's, each verdict on it the inspectorate's, and none of them goes missing.

  Background:
    Given the three rounds of inspection

  Rule: Every referral, its answer and the verdict are counted

    Scenario Outline: The referrals of the first round
      When the report of round-1 is read as at 25 November 2016, as known at <known>
      Then <referred> cases were referred back, <at once> of them with a child at immediate risk
      And of the answers <accepted> were accepted, <rejected> are rejected, <open> await a verdict and <none> never came

      Examples:
        | known            | referred | at once | accepted | rejected | open | none |
        | 25 October 2016  | 36       | 12      | 26       | 5        | 3    | 2    |
        | 25 November 2016 | 38       | 13      | 28       | 4        | 4    | 2    |

  Rule: An answer that misses the wider safeguarding is rejected, and the rejection stays

    Scenario: Eleven answers were rejected, whatever was accepted later
      When the report of round-1 is read as at 25 November 2016
      Then 11 answers were rejected in all

  Rule: Whoever has not answered is in the list of the stalled cases

    Scenario: On the day the report was published
      When the report of round-1 is read as at 25 November 2016
      Then the referrals without an answer that holds are the cases that are stalled for "escalation-unanswered"

  Rule: Closing a case answers nobody, and closing and reopening it gains no time

    Background:
      Given these officers
        | officer | team  | accredited for   | since          |
        | DC 1417 | Hydra | child-protection | 4 January 2016 |
      And case CHB-0905 with this record
        | recorded            | by            | what                                             |
        | 2 May 2016 09:00    | referral desk | reported as child-abuse                          |
        | 2 May 2016 09:30    | PS 0088       | risk assessed as low                             |
        | 2 May 2016 10:00    | PS 0088       | allocated to DC 1417                             |
        | 9 May 2016 09:00    | HMI 3         | escalated as E1: nobody has seen the child       |
        | 10 May 2016 09:00   | DC 1417       | closure requested: no further action             |
        | 10 May 2016 10:00   | PS 0088       | resolved: no further action                      |

    Scenario: The inspectorate waits on, though the case is closed
      When the record is read as at 10 June 2016
      Then these cases are stalled
        | case     | cause                 | about | overdue |
        | CHB-0905 | escalation-unanswered | E1    | 17 days |

    Scenario: As it was known a month earlier, the answer was not yet due
      When the record is read as known at 10 May 2016
      Then no case is stalled

    Scenario: Opened again for five minutes, it has waited as long as before
      Given case CHB-0905 goes on like this
        | recorded            | by      | what     |
        | 10 June 2016 09:00  | PS 0088 | reopened |
      When the record is read as at 10 June 2016
      Then these cases are stalled for "untouched"
        | case     | cause     | since            | overdue |
        | CHB-0905 | untouched | 2 May 2016 10:00 | 31 days |
