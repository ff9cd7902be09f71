Feature: When something happened is one question, and when it was known another
  Every entry has two times: when the thing happened, which whoever records it says, and when the record took
  it, which nobody can set. So "how was it on that day" and "what did we know on that day" are two questions.

  Background:
    Given these officers
      | officer | team  | accredited for   | since          |
      | DC 1417 | Hydra | child-protection | 4 January 2016 |
    And case IMG-0417 with this record
      | happened               | recorded               | by            | what                        |
      | 12 February 2016 09:12 | 12 February 2016 09:12 | referral desk | reported as indecent-images |
      | 12 February 2016 10:00 | 12 February 2016 10:00 | PS 0088       | allocated to DC 1417        |
      | 4 March 2016 15:20     | 13 March 2016 15:20    | DC 1417       | child seen                  |

  Rule: What was recorded late is in the picture as at its day, and not in what was known on that day

    Scenario: How it was on 10 March, by what is known now
      When the record is read as at 10 March 2016
      Then the last activity on case IMG-0417 is "child-seen"
      And case IMG-0417 has been idle for 6 days
      And no case has been idle for more than 20 days

    Scenario: What was known on 10 March
      When the record is read as known at 10 March 2016
      Then the last activity on case IMG-0417 is "reported"
      And case IMG-0417 has been idle for 27 days
      And these cases have been idle for more than 20 days
        | case     | idle | owner   |
        | IMG-0417 | 27   | DC 1417 |

    Scenario: From the day of its recording on, both agree
      When the record is read as known at 13 March 2016
      Then the last activity on case IMG-0417 is "child-seen"
      And case IMG-0417 has been idle for 9 days

    Scenario: The delay stays visible
      When the record is read as at 31 March 2016
      Then entry 3 of case IMG-0417 is flagged "late"
      And entry 3 of case IMG-0417 was recorded 9 days late

  Rule: Where little was known, the state stays as it was known, and time runs on

    Scenario: 20 April, with the knowledge of 10 March
      When the record is read as at 20 April 2016, as known at 10 March 2016
      Then the last activity on case IMG-0417 is "reported"
      And case IMG-0417 has been idle for 68 days

  Rule: An entry is in the picture from its own instant on

    Scenario Outline: Around the minute in which the child was seen
      When the record is read as at <instant>
      Then the last activity on case IMG-0417 is "<last>"

      Examples:
        | instant            | last       |
        | 4 March 2016 15:19 | reported   |
        | 4 March 2016 15:20 | child-seen |

    Scenario Outline: Around the minute in which it was recorded
      When the record is read as known at <instant>
      Then the last activity on case IMG-0417 is "<last>"

      Examples:
        | instant             | last       |
        | 13 March 2016 15:19 | reported   |
        | 13 March 2016 15:20 | child-seen |

    Scenario: A day ends at midnight in London, in summer as in winter
      Given case MIS-0291 with this record
        | recorded           | by            | what                |
        | 30 June 2016 23:30 | referral desk | reported as missing |
      When the record is read as at 29 June 2016
      Then case MIS-0291 is not there yet
      When the record is read as at 30 June 2016
      Then case MIS-0291 has been open for 0 days

  Rule: Nobody records what has not happened yet

    Scenario: Tomorrow's visit
      When on 1 November 2016 09:00 DC 1417 tries to record on case IMG-0417 what happened on 2 November 2016 09:00: child seen
      Then it is refused with "2016-11-02T09:00:00+00:00 is in the future"
      And case IMG-0417 has 3 entries

    Scenario: A clock that runs four minutes ahead does no harm
      When on 1 April 2016 09:00 DC 1417 tries to record on case IMG-0417 what happened on 1 April 2016 09:04: child seen
      Then it is recorded as entry 4
