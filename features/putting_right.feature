Feature: An entry is put right without being tidied away
  An entry may be wrong, or should never have been made. It can be corrected or retracted, by somebody, for a
  reason, on a day. It is never changed and never goes away.

  Background:
    Given these officers
      | officer | team  | accredited for   | since          |
      | DC 2206 | Hydra | child-protection | 4 January 2016 |
    And case DVW-0150 with this record
      | recorded            | by            | what                        |
      | 15 April 2016 23:30 | referral desk | reported as domestic-abuse  |
      | 16 April 2016 00:20 | PS 0088       | risk assessed as medium     |
      | 16 April 2016 09:00 | PS 0088       | allocated to DC 2206        |
      | 16 April 2016 18:00 | DC 2206       | charge                      |
      | 20 April 2016 16:00 | DC 2206       | strategy discussion         |

  Rule: A correction holds for every day, once it is known, and for no day before that

    Background:
      Given case DVW-0150 goes on like this
        | recorded          | by      | what                              | reason                   |
        | 2 May 2016 09:00  | PS 0088 | entry 2 corrected: risk = high    | a child of ten was there |

    Scenario: How it was, by what is known now
      When the record is read as at 20 April 2016
      Then the risk of case DVW-0150 is high

    Scenario: What was known then
      When the record is read as known at 20 April 2016
      Then the risk of case DVW-0150 is medium

    Scenario: The entry shows both values, who put it right, and why
      When the record is read as at 31 May 2016
      Then entry 2 of case DVW-0150 shows "high", and "medium" before that
      And entry 2 of case DVW-0150 was corrected by entry 6 of PS 0088, because "a child of ten was there"

    Scenario: A correction can be retracted itself
      Given case DVW-0150 goes on like this
        | recorded          | by      | what              | reason            |
        | 3 May 2016 09:00  | DI 0031 | entry 6 retracted | of another family |
      When the record is read as at 20 April 2016
      Then the risk of case DVW-0150 is medium
      When the record is read as at 20 April 2016, as known at 2 May 2016
      Then the risk of case DVW-0150 is high

  Rule: When it happened can be corrected too

    Scenario: The charge came two days later
      Given case DVW-0150 goes on like this
        | recorded          | by      | what                                         | reason            |
        | 2 May 2016 09:00  | PS 0088 | entry 4 corrected: time = 18 April 2016 18:00 | the custody record |
      When the record is read as at 17 April 2016
      Then the last activity on case DVW-0150 is "risk-assessed"
      When the record is read as known at 17 April 2016
      Then the last activity on case DVW-0150 is "charge"

  Rule: A retracted entry no longer counts, and stays on show

    Background:
      Given case DVW-0150 goes on like this
        | recorded           | by      | what              | reason                         |
        | 22 June 2016 11:30 | PS 0088 | entry 5 retracted | it was planned, and never held |

    Scenario: The case turns out to have been idle
      When the record is read as at 17 May 2016
      Then the last activity on case DVW-0150 is "charge"
      And these cases have been idle for more than 30 days
        | case     | idle | owner   |
        | DVW-0150 | 31   | DC 2206 |

    Scenario: On the day itself it seemed to be in good hands
      When the record is read as known at 17 May 2016
      Then the last activity on case DVW-0150 is "strategy-discussion"
      And case DVW-0150 has been idle for 27 days
      And no case has been idle for more than 30 days

    Scenario: It is still there, and says what became of it
      When the record is read as at 30 June 2016
      Then entry 5 of case DVW-0150 was retracted by entry 6 of PS 0088, because "it was planned, and never held"
      And case DVW-0150 has 6 entries

  Rule: What rested on a retracted entry is flagged, not undone

    Scenario: The grant is retracted after the warrant was executed
      Given case DVW-0150 goes on like this
        | recorded          | by      | what                | reason                   |
        | 4 May 2016 09:00  | DC 2206 | warrant W1 sought   |                          |
        | 5 May 2016 09:00  | DC 2206 | warrant W1 granted  |                          |
        | 6 May 2016 06:00  | DC 2206 | warrant W1 executed |                          |
        | 9 May 2016 09:00  | DI 0031 | entry 7 retracted   | it was for another house |
      When the record is read as at 31 May 2016
      Then warrant W1 of case DVW-0150 is executed
      And entry 8 of case DVW-0150 is flagged "unfounded"

  Rule: Some things cannot be put right this way

    Scenario Outline: What is refused, and why
      When on 2 May 2016 09:00 PS 0088 tries to record on case DVW-0150: <what>
      Then it is refused with "<why>"
      And case DVW-0150 has 5 entries

      Examples:
        | what                               | why                                                                |
        | entry 1 retracted                  | the report itself cannot be retracted: everything else rests on it |
        | entry 9 retracted                  | the case has no entry 9: its entries are 1 to 5                    |
        | entry 2 corrected: risk = enormous | 'enormous' is no risk: Invalid enum value 'enormous'               |
        | entry 1 corrected: reference = X-1 | reference of reported cannot be corrected                          |
        | entry 2 corrected: colour = red    | case.risk-assessed has no field colour                             |

    Scenario: Nothing is retracted twice
      Given case DVW-0150 goes on like this
        | recorded          | by      | what              | reason     |
        | 2 May 2016 09:00  | PS 0088 | entry 5 retracted | never held |
      When on 3 May 2016 09:00 PS 0088 tries to record on case DVW-0150: entry 5 retracted
      Then it is refused with "entry 5 is retracted already, by entry 6"
