Feature: A case that waited for an investigator
  A man of 30 had groomed a schoolgirl. For 17 days nobody was given the case. Afterwards the force graded its
  own work good, and the inspectorate graded it inadequate. Both must stay in the record, side by side.

  Background:
    Given these officers
      | officer | team | accredited for   | since          |
      | DC 2714 | Lyra | child-protection | 4 January 2016 |
      | DC 2741 | Lyra |                  | 4 January 2016 |
    And case CSE-0083 with this record
      | recorded            | by            | what                                             |
      | 3 May 2016 16:40    | referral desk | reported as child-sexual-exploitation            |
      | 4 May 2016 09:10    | PS 0088       | risk assessed as high                            |
      | 20 May 2016 17:00   | PS 0088       | allocated to DC 2714                             |
      | 23 May 2016 10:00   | DC 2714       | strategy discussion                              |
      | 14 June 2016 15:00  | DI 0031       | graded good by the force on investigation        |
      | 12 July 2016 11:00  | HMI 3         | graded inadequate by the inspectorate on investigation |

  Rule: Until somebody has it, the case is among those that wait

    Scenario Outline: Day by day it waits longer
      When the record is read as at <day>
      Then these open cases belong to nobody
        | case     | open   |
        | CSE-0083 | <open> |

      Examples:
        | day         | open |
        | 3 May 2016  | 0    |
        | 17 May 2016 | 14   |
        | 19 May 2016 | 16   |

    Scenario: It waits to the minute in which it is allocated
      When the record is read as at 20 May 2016 16:59
      Then these open cases belong to nobody
        | case     | open |
        | CSE-0083 | 17   |

    Scenario: From that minute on it is somebody's
      When the record is read as at 20 May 2016 17:00
      Then no open case belongs to nobody
      And "allocated" of case CSE-0083 came 17 days after its report
      And case CSE-0083 belongs to DC 2714

  Rule: Passing a case on makes it no younger

    Scenario: Returned, and given to somebody else
      Given case CSE-0083 goes on like this
        | recorded           | by      | what                 |
        | 18 July 2016 09:00 | PS 0088 | returned             |
        | 21 July 2016 09:00 | PS 0088 | allocated to DC 2714 |
      When the record is read as at 20 July 2016
      Then case CSE-0083 has been open for 78 days
      And case CSE-0083 belongs to nobody
      When the record is read as at 21 July 2016
      Then case CSE-0083 has been open for 79 days
      And case CSE-0083 has been idle for 59 days
      And case CSE-0083 belongs to DC 2714

  Rule: The force's grade and the inspectorate's stand side by side

    Scenario: Before the inspectorate came
      When the record is read as at 11 July 2016
      Then case CSE-0083 has these grades
        | by    | grade | on            | given        |
        | force | good  | investigation | 14 June 2016 |

    Scenario: After it
      When the record is read as at 12 July 2016
      Then case CSE-0083 has these grades
        | by           | grade      | on            | given        |
        | force        | good       | investigation | 14 June 2016 |
        | inspectorate | inadequate | investigation | 12 July 2016 |

    Scenario: Nobody grades in the inspectorate's name
      When on 13 July 2016 09:00 DI 0031 tries to record on case CSE-0083: graded good by the inspectorate on investigation
      Then it is refused: only the inspectorate does this
      And case CSE-0083 has 6 entries

  Rule: What is irregular happened, is stored, and stays flagged

    Scenario: The case is given to somebody who was never trained for it
      Given case CSE-0083 goes on like this
        | recorded           | by      | what                 |
        | 18 July 2016 09:00 | PS 0088 | allocated to DC 2741 |
      When the record is read as at 31 July 2016
      Then case CSE-0083 belongs to DC 2741
      And entry 7 of case CSE-0083 is flagged "owner-unaccredited"
