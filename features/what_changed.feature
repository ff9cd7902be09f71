Feature: What has changed since Friday
  A supervisor comes back on Monday and asks what has changed since. What was written down over the weekend has changed
  since, also where it happened long before: on Friday nobody could have known it. What was known on Friday stays what
  was known on Friday.

  Background:
    Given these officers
      | officer | team  | accredited for   | since          |
      | DC 1417 | Hydra | child-protection | 4 January 2016 |
      | DC 2206 | Argus | child-protection | 4 January 2016 |
    And case CHB-0901 with this record
      | recorded         | by            | what                        |
      | 2 May 2016 09:00 | referral desk | reported as child-abuse     |
      | 2 May 2016 09:30 | PS 0088       | risk assessed as medium     |
      | 2 May 2016 10:00 | PS 0088       | allocated to DC 1417        |
      | 2 May 2016 11:00 | DC 1417       | crime recorded              |
      | 2 May 2016 15:00 | DC 1417       | strategy discussion         |
      | 9 May 2016 15:00 | DC 1417       | child seen                  |
      | 9 May 2016 15:30 | DC 1417       | risk to each child assessed |
      | 9 May 2016 16:00 | DC 1417       | initial conference          |

  Rule: What happened, what ran out and what was judged otherwise are changes of the days on which they became known

    Scenario: A weekend
      Given case CHB-0901 goes on like this
        | recorded          | by      | what                  |
        | 14 May 2016 10:00 | PS 0088 | risk assessed as high |
        | 15 May 2016 12:00 | PS 0088 | allocated to DC 2206  |
      When somebody asks on 16 May 2016 09:00 what has changed since 13 May 2016
      Then these are the changes
        | change        | case     | before  | after   |
        | changed-hands | CHB-0901 | DC 1417 | DC 2206 |
        | changed-team  | CHB-0901 | Hydra   | Argus   |
        | risk-raised   | CHB-0901 | medium  | high    |

    Scenario: Nothing is done, and time runs out
      When somebody asks on 30 May 2016 09:00 what has changed since 23 May 2016
      Then these are the changes
        | change        | case     | before | after |
        | newly-stalled | CHB-0901 | -      | -     |

  Rule: What is written down late has changed when it was written down, and not when it happened

    Scenario: A visit of the 20th, recorded on the 28th
      Given case CHB-0901 goes on like this
        | happened          | recorded          | by      | what       |
        | 20 May 2016 15:00 | 28 May 2016 10:00 | DC 1417 | child seen |
      When somebody asks on 27 May 2016 09:00 what has changed since 19 May 2016
      Then these are the changes
        | change        | case     | before | after |
        | newly-stalled | CHB-0901 | -      | -     |
      When somebody asks on 28 May 2016 12:00 what has changed since 28 May 2016
      Then these are the changes
        | change            | case     | before | after |
        | no-longer-stalled | CHB-0901 | -      | -     |
      And these entries were recorded meanwhile
        | case     | entry | happened          | recorded          |
        | CHB-0901 | 9     | 20 May 2016 15:00 | 28 May 2016 10:00 |

  Rule: A correction changes the present, and not what was told before

    Scenario: The risk had been wrong from the start
      Given case CHB-0901 goes on like this
        | recorded          | by      | what                          | reason        |
        | 16 May 2016 10:00 | PS 0088 | entry 2 corrected: risk = low | a wrong child |
      When somebody asks on 16 May 2016 09:00 what has changed since 13 May 2016
      Then nothing has changed
      When somebody asks on 16 May 2016 12:00 what has changed since 13 May 2016
      Then these are the changes
        | change       | case     | before | after |
        | risk-lowered | CHB-0901 | medium | low   |
