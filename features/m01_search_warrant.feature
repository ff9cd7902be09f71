Feature: A search that is overdue is named on every day until it is made
  A man was reported for uploading indecent images of children. It took 96 days until anybody sought a
  search warrant, and three more months after the inspectorate had told the force to act until it was executed.
  On every one of those days the record must say which search is overdue, whose case it is, and how long ago the
  inspectorate spoke.

  The rulebook that holds asks, in a case of indecent images, for a warrant executed or an arrest within 1 day of
  the report at very high risk, 7 days at high, 14 at medium and 30 at low. A warrant lives for three months. A
  concern of the inspectorate about a child at immediate risk is to be answered within 1 day.

  Background:
    Given these officers
      | officer | team  | accredited for   | since          |
      | DC 1417 | Hydra | child-protection | 4 January 2016 |
    And case IMG-0417 with this record
      | happened           | recorded               | by            | what                                                                      | reason                    |
      |                    | 12 February 2016 09:12 | referral desk | reported as indecent-images                                               |                           |
      |                    | 12 February 2016 09:40 | PS 0088       | risk assessed as high                                                     |                           |
      |                    | 12 February 2016 15:00 | PS 0088       | crime recorded                                                            |                           |
      |                    | 29 February 2016 11:00 | PS 0088       | allocated to DC 1417                                                      |                           |
      | 4 March 2016 15:20 | 13 March 2016 15:20    | DC 1417       | contact attempted                                                         |                           |
      |                    | 3 May 2016 16:45       | PS 0088       | entry 2 corrected: risk = very high                                       | two children live there   |
      |                    | 18 May 2016 10:30      | DC 1417       | warrant W1 sought                                                         |                           |
      |                    | 19 May 2016 09:30      | HMI 3         | escalated as E1, with a child at immediate risk: 96 days without a search |                           |
      |                    | 26 May 2016 10:15      | DC 1417       | warrant W1 granted                                                        |                           |
      | 20 June 2016 07:00 | 20 June 2016 16:00     | DC 2206       | arrest                                                                    |                           |
      |                    | 4 July 2016 10:00      | PS 0088       | entry 10 retracted                                                        | the arrest of another man |
      |                    | 19 August 2016 06:40   | DC 1417       | warrant W1 executed                                                       |                           |
      |                    | 23 August 2016 10:00   | DI 0031       | answered E1: searched, and both children seen                             |                           |

  Rule: From the report to the request were 96 days, and three more months to the search

    Scenario: The days between
      When the record is read as at 31 August 2016
      Then "warrant-sought" of case IMG-0417 came 96 days after its report
      And "escalated" of case IMG-0417 came 97 days after its report, counted by the calendar
      And "warrant-executed" of case IMG-0417 came 92 days after "escalated", counted by the calendar

    Scenario Outline: On any day the search is overdue, by so much, and in somebody's hands
      When the record is read as at <day>
      Then these cases break the standard "image-case-action"
        | case     | cause          | limit | since                  | due                    | overdue   | owner   |
        | IMG-0417 | clock-breached | 1d    | 12 February 2016 09:12 | 13 February 2016 09:12 | <overdue> | <owner> |

      Examples:
        | day                    | overdue   | owner   |
        | 13 February 2016 09:12 | 0 minutes | nobody  |
        | 13 February 2016       | 14 hours  | nobody  |
        | 28 February 2016       | 15 days   | nobody  |
        | 29 February 2016       | 16 days   | DC 1417 |
        | 17 May 2016            | 94 days   | DC 1417 |
        | 18 May 2016            | 95 days   | DC 1417 |
        | 18 August 2016         | 187 days  | DC 1417 |

    Scenario Outline: It is not overdue before its day, nor once the search is made
      When the record is read as at <instant>
      Then no case breaks the standard "image-case-action"

      Examples:
        | instant                |
        | 13 February 2016 09:11 |
        | 19 August 2016 06:40   |

  Rule: The inspectorate spoke on day 97, and every day since then is counted

    Scenario: On that day
      When the record is read as at 19 May 2016
      Then these cases are stalled
        | case     | cause          | standard                    | since                  | waiting | overdue | owner   | because                                                                                |
        | IMG-0417 | clock-breached | image-case-action           | 12 February 2016 09:12 | 97 days | 96 days | DC 1417 | no warrant executed, nobody arrested (image-case-action, 1 day)                        |
        | IMG-0417 | step-missing   | risk-to-each-child-assessed | 12 February 2016 09:12 | 97 days | 93 days | DC 1417 | nobody asked about the risk to each child (risk-to-each-child-assessed, 1 working day) |
        | IMG-0417 | clock-breached | supervisor-review           | 29 February 2016 11:00 | 80 days | 52 days | DC 1417 | no supervisor has looked at it (supervisor-review, 28 days)                            |

    Scenario Outline: How long ago it spoke, and nobody has answered
      When the record is read as at <day>
      Then these cases are stalled for "escalation-unanswered"
        | case     | about | since             | waiting   | overdue   | owner   |
        | IMG-0417 | E1    | 19 May 2016 09:30 | <waiting> | <overdue> | DC 1417 |

      Examples:
        | day            | waiting | overdue  |
        | 20 May 2016    | 1 day   | 14 hours |
        | 26 May 2016    | 7 days  | 6 days   |
        | 18 August 2016 | 91 days | 90 days  |
        | 22 August 2016 | 95 days | 94 days  |

    Scenario: Until somebody answers
      When the record is read as at 23 August 2016
      Then no case is stalled for "escalation-unanswered"

  Rule: Who asked on a day saw what was known on that day

    Scenario: As known a month before the inspectorate spoke, with the risk put too low
      When the record is read as known at 19 April 2016
      Then the risk of case IMG-0417 is high
      And these cases are stalled
        | case     | cause          | standard                    | due                    | overdue | owner   |
        | IMG-0417 | clock-breached | image-case-action           | 19 February 2016 09:12 | 60 days | DC 1417 |
        | IMG-0417 | dormant        | dormant                     | 19 February 2016 15:00 | 60 days | DC 1417 |
        | IMG-0417 | step-missing   | risk-to-each-child-assessed | 20 February 2016 00:00 | 59 days | DC 1417 |
        | IMG-0417 | attempts-only  | first-action                | 8 March 2016 00:00     | 42 days | DC 1417 |
        | IMG-0417 | clock-breached | supervisor-review           | 28 March 2016 12:00    | 22 days | DC 1417 |

    Scenario: The same day, by what is known now
      When the record is read as at 19 April 2016
      Then the risk of case IMG-0417 is very high
      And these cases are stalled
        | case     | cause          | standard                    | due                    | overdue | owner   |
        | IMG-0417 | clock-breached | image-case-action           | 13 February 2016 09:12 | 66 days | DC 1417 |
        | IMG-0417 | dormant        | dormant                     | 15 February 2016 15:00 | 64 days | DC 1417 |
        | IMG-0417 | step-missing   | risk-to-each-child-assessed | 16 February 2016 00:00 | 63 days | DC 1417 |
        | IMG-0417 | attempts-only  | first-action                | 8 March 2016 00:00     | 42 days | DC 1417 |
        | IMG-0417 | clock-breached | supervisor-review           | 28 March 2016 12:00    | 22 days | DC 1417 |

    Scenario: The day of the inspectorate's word, with the knowledge of a month before
      When the record is read as at 19 May 2016, as known at 19 April 2016
      Then warrant W1 of case IMG-0417 is unknown
      And these cases are stalled
        | case     | cause          | standard                    | due                    | overdue | owner   |
        | IMG-0417 | clock-breached | image-case-action           | 19 February 2016 09:12 | 90 days | DC 1417 |
        | IMG-0417 | dormant        | dormant                     | 19 February 2016 15:00 | 90 days | DC 1417 |
        | IMG-0417 | step-missing   | risk-to-each-child-assessed | 20 February 2016 00:00 | 89 days | DC 1417 |
        | IMG-0417 | attempts-only  | first-action                | 8 March 2016 00:00     | 72 days | DC 1417 |
        | IMG-0417 | clock-breached | supervisor-review           | 28 March 2016 12:00    | 52 days | DC 1417 |

    Scenario: A contact that failed, and was written down nine days later, is no work on either axis
      When the record is read as known at 12 March 2016
      Then these cases are stalled for "untouched"
        | case     | standard     | since                  | due                | overdue |
        | IMG-0417 | first-action | 29 February 2016 11:00 | 8 March 2016 00:00 | 4 days  |
      When the record is read as at 12 March 2016
      Then these cases are stalled for "attempts-only"
        | case     | standard     | since                  | due                | overdue |
        | IMG-0417 | first-action | 29 February 2016 11:00 | 8 March 2016 00:00 | 4 days  |

    Scenario: An arrest on the wrong file hid the delay for two weeks, and hides nothing any more
      When the record is read as known at 30 June 2016
      Then no case breaks the standard "image-case-action"
      When the record is read as at 30 June 2016
      Then these cases break the standard "image-case-action"
        | case     | due                    | overdue  | owner   |
        | IMG-0417 | 13 February 2016 09:12 | 138 days | DC 1417 |
      When the record is read as at 4 July 2016
      Then entry 10 of case IMG-0417 was retracted by entry 11 of PS 0088, because "the arrest of another man"

  Rule: A warrant that nobody uses is announced before it lapses

    Scenario: A week ahead
      When the record is read as at 11 August 2016
      Then within 7 days these cases will be overdue
        | case     | cause            | standard     | about | due                  | left     | owner   |
        | IMG-0417 | warrant-expiring | warrant-life | W1    | 12 August 2016 10:15 | 10 hours | DC 1417 |

    Scenario: In its last two weeks
      When the record is read as at 18 August 2016
      Then these cases are stalled for "warrant-expiring"
        | case     | about | since             | because                                                                     |
        | IMG-0417 | W1    | 26 May 2016 10:15 | warrant W1 is about to lapse, and was not executed (warrant-life, 3 months) |

    Scenario: As it would have looked if nobody had gone
      When the record is read as at 31 August 2016, as known at 18 August 2016
      Then these cases are stalled for "warrant-lapsed"
        | case     | about | due                  | overdue | owner   |
        | IMG-0417 | W1    | 26 August 2016 10:15 | 5 days  | DC 1417 |
      And no case is stalled for "warrant-expiring"

    Scenario: A second warrant, used a day too late, is recorded and stays flagged
      Given case IMG-0418 with this record
        | recorded               | by            | what                        |
        | 1 September 2016 09:00 | referral desk | reported as indecent-images |
        | 2 September 2016 09:00 | DC 1417       | warrant W1 sought           |
        | 3 September 2016 10:00 | DC 1417       | warrant W1 granted          |
        | 4 December 2016 06:00  | DC 1417       | warrant W1 executed         |
      When the record is read as at 3 December 2016
      Then these cases are stalled for "warrant-lapsed"
        | case     | about | due                   | overdue  | owner  |
        | IMG-0418 | W1    | 3 December 2016 10:00 | 13 hours | nobody |
      When the record is read as at 31 December 2016
      Then warrant W1 of case IMG-0418 is executed
      And entry 4 of case IMG-0418 is flagged "warrant-lapsed"

  Rule: Any day can be asked how long the case has been open, how long idle, and whose it is

    Scenario Outline: The case as at a day
      When the record is read as at <day>
      Then case IMG-0417 has been open for <open> days
      And case IMG-0417 has been idle for <idle> days
      And case IMG-0417 belongs to <owner>

      Examples:
        | day              | open | idle | owner   |
        | 12 February 2016 | 0    | 0    | nobody  |
        | 28 February 2016 | 16   | 16   | nobody  |
        | 29 February 2016 | 17   | 17   | DC 1417 |
        | 17 May 2016      | 95   | 95   | DC 1417 |
        | 18 May 2016      | 96   | 0    | DC 1417 |
        | 18 August 2016   | 188  | 84   | DC 1417 |
        | 19 August 2016   | 189  | 0    | DC 1417 |

    Scenario: Giving a case to somebody, or calling at an empty house, is no work on it
      When the record is read as at 17 May 2016
      Then these cases have been idle for more than 30 days
        | case     | idle | owner   |
        | IMG-0417 | 95   | DC 1417 |

    Scenario: It leaves the idle ones on the day of the request
      When the record is read as at 18 May 2016
      Then no case has been idle for more than 30 days

    Scenario: It is back among them while the granted warrant lies unused
      When the record is read as at 30 June 2016
      Then these cases have been idle for more than 30 days
        | case     | idle | owner   |
        | IMG-0417 | 35   | DC 1417 |

    Scenario Outline: What had become of the warrant, and of the inspectorate's word
      When the record is read as at <day>
      Then warrant W1 of case IMG-0417 is <warrant>
      And escalation E1 of case IMG-0417 is <escalation>

      Examples:
        | day            | warrant  | escalation                    |
        | 17 May 2016    | unknown  | unknown                       |
        | 18 May 2016    | sought   | unknown                       |
        | 19 May 2016    | sought   | open since 19 May 2016        |
        | 26 May 2016    | granted  | open since 19 May 2016        |
        | 18 August 2016 | granted  | open since 19 May 2016        |
        | 19 August 2016 | executed | open since 19 May 2016        |
        | 23 August 2016 | executed | answered since 23 August 2016 |
