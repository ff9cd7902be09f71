Feature: The steps that nobody took for a child are named
  A girl of 10 watched her father attack and rape her mother. He was arrested and charged within a day. Nobody
  asked whether she herself had been harmed. The steps that were never taken must be named, on every day.

  The rulebook that holds asks, in a case of domestic abuse at high risk, for a strategy discussion within 1
  working day of the report, and for the child to be seen, and the risk to each child in the household to be
  assessed, within 5 working days. At medium risk the last two have 10 working days, and no discussion is asked for.

  Background:
    Given these officers
      | officer | team  | accredited for   | since          |
      | DC 2206 | Hydra | child-protection | 4 January 2016 |
    And case DVW-0150 with this record
      | recorded            | by            | what                                            | reason                         |
      | 15 April 2016 23:30 | referral desk | reported as domestic-abuse, of children aged 10 |                                |
      | 16 April 2016 00:20 | PS 0088       | risk assessed as medium                         |                                |
      | 16 April 2016 01:10 | DC 2206       | arrest                                          |                                |
      | 16 April 2016 09:00 | PS 0088       | allocated to DC 2206                            |                                |
      | 16 April 2016 10:00 | DC 2206       | crime recorded                                  |                                |
      | 16 April 2016 18:00 | DC 2206       | charge                                          |                                |
      | 18 April 2016 09:00 | DC 2206       | victim updated                                  |                                |
      | 20 April 2016 16:00 | DC 2206       | strategy discussion: no risk to the child       |                                |
      | 2 May 2016 09:00    | PS 0088       | entry 2 corrected: risk = high                  | a girl of ten saw it           |
      | 10 May 2016 14:00   | DC 2206       | supervisor review                               |                                |
      | 22 June 2016 11:30  | PS 0088       | entry 8 retracted                               | it was planned, and never held |

  Rule: The steps that were never taken are named

    Scenario: On the day of the inspection
      When the record is read as at 30 June 2016
      Then these cases are stalled for "step-missing"
        | case     | standard                    | since               | due                 | overdue | owner   | because                                                                                 |
        | DVW-0150 | strategy-discussion         | 15 April 2016 23:30 | 19 April 2016 00:00 | 72 days | DC 2206 | no strategy discussion held (strategy-discussion, 1 working day)                        |
        | DVW-0150 | child-seen                  | 15 April 2016 23:30 | 23 April 2016 00:00 | 68 days | DC 2206 | the child was not seen (child-seen, 5 working days)                                     |
        | DVW-0150 | risk-to-each-child-assessed | 15 April 2016 23:30 | 23 April 2016 00:00 | 68 days | DC 2206 | nobody asked about the risk to each child (risk-to-each-child-assessed, 5 working days) |

    Scenario: As known a month earlier, with a discussion in the record that was never held
      When the record is read as known at 30 May 2016
      Then these cases are stalled for "step-missing"
        | case     | standard                    | since               | due                 | overdue |
        | DVW-0150 | child-seen                  | 15 April 2016 23:30 | 23 April 2016 00:00 | 37 days |
        | DVW-0150 | risk-to-each-child-assessed | 15 April 2016 23:30 | 23 April 2016 00:00 | 37 days |

    Scenario: That same day a month earlier, by what is known at the inspection
      When the record is read as at 30 May 2016, as known at 30 June 2016
      Then these cases are stalled for "step-missing"
        | case     | standard                    | since               | due                 | overdue |
        | DVW-0150 | strategy-discussion         | 15 April 2016 23:30 | 19 April 2016 00:00 | 41 days |
        | DVW-0150 | child-seen                  | 15 April 2016 23:30 | 23 April 2016 00:00 | 37 days |
        | DVW-0150 | risk-to-each-child-assessed | 15 April 2016 23:30 | 23 April 2016 00:00 | 37 days |

    Scenario: The day of the inspection, with the knowledge of a month before
      When the record is read as at 30 June 2016, as known at 30 May 2016
      Then these cases are stalled for "step-missing"
        | case     | standard                    | since               | due                 | overdue |
        | DVW-0150 | child-seen                  | 15 April 2016 23:30 | 23 April 2016 00:00 | 68 days |
        | DVW-0150 | risk-to-each-child-assessed | 15 April 2016 23:30 | 23 April 2016 00:00 | 68 days |

  Rule: A risk that was put too low gives everybody more time, until it is corrected

    Scenario: As known before the correction
      When the record is read as known at 29 April 2016
      Then the risk of case DVW-0150 is medium
      And no case is stalled for "step-missing"
      When the record is read as known at 30 April 2016
      Then these cases are stalled for "step-missing"
        | case     | standard                    | limit | due                 | overdue  |
        | DVW-0150 | child-seen                  | 10wd  | 30 April 2016 00:00 | 23 hours |
        | DVW-0150 | risk-to-each-child-assessed | 10wd  | 30 April 2016 00:00 | 23 hours |

    Scenario: How it was on that day, by what is known now
      When the record is read as at 30 April 2016
      Then the risk of case DVW-0150 is high
      And these cases are stalled for "step-missing"
        | case     | standard                    | limit | due                 | overdue |
        | DVW-0150 | strategy-discussion         | 1wd   | 19 April 2016 00:00 | 11 days |
        | DVW-0150 | child-seen                  | 5wd   | 23 April 2016 00:00 | 7 days  |
        | DVW-0150 | risk-to-each-child-assessed | 5wd   | 23 April 2016 00:00 | 7 days  |

  Rule: Everything else that was done does not take the place of asking her

    Scenario: Arrest, charge and a call to the mother within three days
      When the record is read as at 18 April 2016
      Then case DVW-0150 has been idle for 0 days
      And within 7 days these cases will be overdue
        | case     | cause        | standard                    | due                 | left      |
        | DVW-0150 | step-missing | strategy-discussion         | 19 April 2016 00:00 | 0 minutes |
        | DVW-0150 | step-missing | child-seen                  | 23 April 2016 00:00 | 4 days    |
        | DVW-0150 | step-missing | risk-to-each-child-assessed | 23 April 2016 00:00 | 4 days    |
        | DVW-0150 | dormant      | dormant                     | 25 April 2016 09:00 | 6 days    |

  Rule: A step is missing until it is taken, and no longer

    Background:
      Given case DVW-0150 goes on like this
        | recorded           | by      | what                                                                 |
        | 30 June 2016 14:00 | HMI 3   | escalated as E1, with a child at immediate risk: she was never asked |
        | 4 July 2016 10:00  | DC 2206 | strategy discussion: section 47 enquiry agreed                       |
        | 5 July 2016 15:45  | DC 2206 | child seen: alone, by a trained interviewer                          |
        | 6 July 2016 11:00  | DC 2206 | risk to each child assessed                                          |

    Scenario Outline: One after the other
      When the record is read as at <instant>
      Then these cases are stalled for "step-missing"
        | case     | standard   | overdue   |
        | DVW-0150 | <standard> | <overdue> |

      Examples:
        | instant           | standard                    | overdue |
        | 5 July 2016 15:45 | risk-to-each-child-assessed | 73 days |
        | 6 July 2016 10:59 | risk-to-each-child-assessed | 74 days |

    Scenario: At last, 81 days after the report
      When the record is read as at 6 July 2016 11:00
      Then no case is stalled for "step-missing"
      And case DVW-0150 has been open for 81 days
      And these cases are stalled for "escalation-unanswered"
        | case     | about | since              | overdue |
        | DVW-0150 | E1    | 30 June 2016 14:00 | 4 days  |

    Scenario: An entry that says she was seen, and is taken back, leaves her unseen
      Given case DVW-0150 goes on like this
        | recorded           | by      | what               | reason                        |
        | 11 July 2016 09:00 | DI 0031 | entry 14 retracted | it was her sister whom he saw |
      When the record is read as at 10 July 2016
      Then these cases are stalled for "step-missing"
        | case     | standard   | due                 | overdue |
        | DVW-0150 | child-seen | 23 April 2016 00:00 | 78 days |
      When the record is read as known at 10 July 2016
      Then no case is stalled for "step-missing"
