Feature: A warning, and the search warrant that it called for
  A man was reported for uploading indecent images of children. It took 96 days until anybody sought a
  search warrant, and three more months after the inspectorate's escalation until it was executed. On every
  one of those days the record must say so, and say whose case it was.

  Background:
    Given these officers
      | officer | team  | accredited for   | since          |
      | DC 1417 | Hydra | child-protection | 4 January 2016 |
    And case IMG-0417 with this record
      | recorded               | by            | what                                       |
      | 12 February 2016 09:12 | referral desk | reported as indecent-images                |
      | 12 February 2016 09:40 | PS 0088       | risk assessed as very high                 |
      | 29 February 2016 11:00 | PS 0088       | allocated to DC 1417                       |
      | 4 March 2016 15:20     | DC 1417       | contact attempted                          |
      | 18 May 2016 10:30      | DC 1417       | warrant W1 sought                          |
      | 19 May 2016 09:30      | HMI 3         | escalated as E1: 96 days without a search  |
      | 26 May 2016 10:15      | DC 1417       | warrant W1 granted                         |
      | 19 August 2016 06:40   | DC 1417       | warrant W1 executed                        |

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

    Scenario: From the report to the request were 96 days
      When the record is read as at 31 August 2016
      Then "warrant-sought" of case IMG-0417 came 96 days after its report
      And "escalated" of case IMG-0417 came 97 days after its report, counted by the calendar
      And "warrant-executed" of case IMG-0417 came 92 days after "escalated", counted by the calendar

  Rule: Giving a case to somebody, or calling at an empty house, is no work on it

    Scenario: The case stays among the idle ones for all of its 96 days
      When the record is read as at 17 May 2016
      Then these cases have been idle for more than 30 days
        | case     | idle | owner   |
        | IMG-0417 | 95   | DC 1417 |

    Scenario: It leaves the list on the day of the request
      When the record is read as at 18 May 2016
      Then no case has been idle for more than 30 days

    Scenario: It is back in the list while the granted warrant lies unused
      When the record is read as at 30 June 2016
      Then these cases have been idle for more than 30 days
        | case     | idle | owner   |
        | IMG-0417 | 35   | DC 1417 |

  Rule: The warrant's own state, and the inspectorate's word, can be read for any day

    Scenario Outline: What had become of the warrant
      When the record is read as at <day>
      Then warrant W1 of case IMG-0417 is <warrant>
      And escalation E1 of case IMG-0417 is <escalation>

      Examples:
        | day            | warrant  | escalation             |
        | 17 May 2016    | unknown  | unknown                |
        | 18 May 2016    | sought   | unknown                |
        | 19 May 2016    | sought   | open since 19 May 2016 |
        | 26 May 2016    | granted  | open since 19 May 2016 |
        | 18 August 2016 | granted  | open since 19 May 2016 |
        | 19 August 2016 | executed | open since 19 May 2016 |

  Rule: A warrant executed after its three months is recorded, and stays flagged

    Scenario: A second warrant, used a day too late
      Given case IMG-0418 with this record
        | recorded               | by            | what                        |
        | 1 September 2016 09:00 | referral desk | reported as indecent-images |
        | 2 September 2016 09:00 | DC 1417       | warrant W1 sought           |
        | 3 September 2016 10:00 | DC 1417       | warrant W1 granted          |
        | 4 December 2016 06:00  | DC 1417       | warrant W1 executed         |
      When the record is read as at 31 December 2016
      Then warrant W1 of case IMG-0418 is executed
      And entry 4 of case IMG-0418 is flagged "warrant-lapsed"
