Feature: A case that waits for an investigator says for how long it has waited
  A man of 30 had groomed a schoolgirl. For 17 days nobody was given the case. Afterwards the force graded its
  own work good, and the inspectorate graded it inadequate. Both must stay in the record, side by side.

  The rulebook that holds asks for an owner within 24 hours of the report.

  Background:
    Given these officers
      | officer | team | accredited for   | since          |
      | DC 2714 | Lyra | child-protection | 4 January 2016 |
      | DC 2741 | Lyra |                  | 4 January 2016 |
    And case CSE-0083 with this record
      | recorded          | by            | what                                                       |
      | 3 May 2016 16:40  | referral desk | reported as child-sexual-exploitation, of children aged 14 |
      | 4 May 2016 09:10  | PS 0088       | risk assessed as high                                      |
      | 4 May 2016 09:30  | PS 0088       | crime recorded                                             |
      | 20 May 2016 17:00 | PS 0088       | allocated to DC 2714                                       |
      | 23 May 2016 10:00 | DC 2714       | strategy discussion                                        |
      | 24 May 2016 16:10 | DC 2714       | child seen: at school, with a teacher                      |

  Rule: Until somebody has it, the case is among those that wait, and says for how long

    Scenario Outline: Day by day it waits longer
      When the record is read as at <day>
      Then these open cases belong to nobody
        | case     | open   |
        | CSE-0083 | <open> |
      And these cases are stalled for "unallocated"
        | case     | standard | since            | due              | overdue   | owner  | because                                             |
        | CSE-0083 | allocate | 3 May 2016 16:40 | 4 May 2016 16:40 | <overdue> | nobody | nobody has been given the case (allocate, 24 hours) |

      Examples:
        | day               | open | overdue |
        | 4 May 2016        | 1    | 7 hours |
        | 17 May 2016       | 14   | 13 days |
        | 19 May 2016       | 16   | 15 days |
        | 20 May 2016 16:40 | 17   | 16 days |
        | 20 May 2016 16:59 | 17   | 16 days |

    Scenario: On its first day it waits, and not too long
      When the record is read as at 4 May 2016 16:39
      Then these open cases belong to nobody
        | case     | open |
        | CSE-0083 | 0    |
      And no case is stalled for "unallocated"

    Scenario: From the minute of the allocation on it is somebody's
      When the record is read as at 20 May 2016 17:00
      Then no open case belongs to nobody
      And no case is stalled for "unallocated"
      And "allocated" of case CSE-0083 came 17 days after its report
      And case CSE-0083 belongs to DC 2714

    Scenario: Without an owner nothing else was done either
      When the record is read as at 19 May 2016
      Then these cases are stalled
        | case     | cause        | standard                    | since            | due               | overdue | owner  |
        | CSE-0083 | unallocated  | allocate                    | 3 May 2016 16:40 | 4 May 2016 16:40  | 15 days | nobody |
        | CSE-0083 | step-missing | strategy-discussion         | 3 May 2016 16:40 | 5 May 2016 00:00  | 14 days | nobody |
        | CSE-0083 | step-missing | child-seen                  | 3 May 2016 16:40 | 11 May 2016 00:00 | 8 days  | nobody |
        | CSE-0083 | step-missing | risk-to-each-child-assessed | 3 May 2016 16:40 | 11 May 2016 00:00 | 8 days  | nobody |
        | CSE-0083 | dormant      | dormant                     | 4 May 2016 09:30 | 11 May 2016 09:30 | 8 days  | nobody |

  Rule: An allocation that is written down ten days late shows on one axis and not on the other

    Background:
      Given case CSE-0084 with this record
        | happened          | recorded          | by            | what                                  |
        |                   | 25 May 2016 10:00 | referral desk | reported as child-sexual-exploitation |
        | 25 May 2016 15:00 | 4 June 2016 15:00 | PS 0088       | allocated to DC 2714                  |

    Scenario: What was known on 31 May
      When the record is read as known at 31 May 2016
      Then these cases are stalled for "unallocated"
        | case     | since             | due               | overdue | owner  |
        | CSE-0084 | 25 May 2016 10:00 | 26 May 2016 10:00 | 5 days  | nobody |

    Scenario: How it was on 31 May, by what is known now
      When the record is read as at 31 May 2016
      Then no case is stalled for "unallocated"
      And case CSE-0084 belongs to DC 2714

    Scenario: From the day on which it was written down, both agree
      When the record is read as known at 4 June 2016
      Then no case is stalled for "unallocated"

  Rule: Passing a case on makes it no younger

    Background:
      Given case CSE-0083 goes on like this
        | recorded           | by      | what                 |
        | 18 July 2016 09:00 | PS 0088 | returned             |
        | 21 July 2016 09:00 | PS 0088 | allocated to DC 2714 |

    Scenario: Returned, and given to somebody else
      When the record is read as at 20 July 2016
      Then case CSE-0083 has been open for 78 days
      And case CSE-0083 belongs to nobody
      And these cases are stalled for "unallocated"
        | case     | since              | due                | overdue |
        | CSE-0083 | 18 July 2016 09:00 | 19 July 2016 09:00 | 1 day   |
      When the record is read as at 21 July 2016
      Then case CSE-0083 has been open for 79 days
      And case CSE-0083 has been idle for 58 days
      And case CSE-0083 belongs to DC 2714

    Scenario: Each owner answers for the time in which they had it
      When the record is read as at 21 July 2016
      Then case CSE-0083 has been with these owners
        | owner   | since              | days | actions |
        | nobody  | 3 May 2016 16:40   | 17   | 2       |
        | DC 2714 | 20 May 2016 17:00  | 58   | 2       |
        | nobody  | 18 July 2016 09:00 | 3    | 0       |
        | DC 2714 | 21 July 2016 09:00 | 0    | 0       |

  Rule: The force's grade and the inspectorate's stand side by side, and where they differ is told

    Background:
      Given case CHB-0190 with this record
        | recorded          | by            | what                    |
        | 31 May 2016 09:00 | referral desk | reported as child-abuse |
        | 31 May 2016 10:00 | PS 0088       | allocated to DC 2714    |
      And this record of several cases
        | recorded           | by      | about    | what                                                      |
        | 14 June 2016 15:00 | DI 0031 | CSE-0083 | graded good by the force on investigation                 |
        | 14 June 2016 15:30 | DI 0031 | CHB-0190 | graded requires improvement by the force on investigation |
      And on 11 July 2016 09:00 HMI 3 opens the round R1 and examines these cases
        | case     | category                  |
        | CSE-0083 | child-sexual-exploitation |
        | CHB-0190 | child-abuse               |
      And this record of several cases
        | recorded               | by      | about    | what                                                                   | reason               |
        | 12 July 2016 11:00     | HMI 3   | CSE-0083 | graded inadequate by the inspectorate on investigation in R1           |                      |
        | 12 July 2016 12:00     | HMI 3   | CHB-0190 | graded requires improvement by the inspectorate on investigation in R1 |                      |
        | 1 September 2016 10:00 | DI 0031 | CSE-0083 | entry 7 corrected: grade = inadequate                                  | we see it as they do |

    Scenario: On the day of the inspection
      When the record is read as known at 12 July 2016
      Then in the round R1 the force and the inspectorate disagree on these cases
        | case     | force | inspectorate | worse by |
        | CSE-0083 | good  | inadequate   | 2 steps  |
      And case CSE-0083 has these grades
        | by           | grade      | on            | given        |
        | force        | good       | investigation | 14 June 2016 |
        | inspectorate | inadequate | investigation | 12 July 2016 |

    Scenario: The day before, only the force had spoken
      When the record is read as known at 11 July 2016
      Then case CSE-0083 has these grades
        | by    | grade | on            | given        |
        | force | good  | investigation | 14 June 2016 |
      And in the round R1 they disagree on no case

    Scenario: A month earlier nobody had graded anything
      When the record is read as at 12 July 2016, as known at 12 June 2016
      Then the round R1 had not been opened
      And case CSE-0083 has no grades

    Scenario: The force tidies its own grade up, and what it had thought of itself stays on show
      When the record is read as at 12 July 2016
      Then in the round R1 they disagree on no case
      When the record is read as at 12 July 2016, as known at 31 August 2016
      Then in the round R1 the force and the inspectorate disagree on these cases
        | case     | force | inspectorate | worse by |
        | CSE-0083 | good  | inadequate   | 2 steps  |
      When the record is read as at 30 September 2016
      Then entry 7 of case CSE-0083 shows "inadequate", and "good" before that
      And entry 7 of case CSE-0083 was corrected by entry 9 of DI 0031, because "we see it as they do"

    Scenario: Nobody grades in the inspectorate's name
      When on 2 September 2016 09:00 DI 0031 tries to record on case CSE-0083: graded good by the inspectorate on investigation
      Then it is refused with "only the inspectorate does this, and DI 0031 acts as supervisor"
      And case CSE-0083 has 9 entries

  Rule: What is irregular happened, is stored, and stays flagged

    Scenario: The case is given to somebody who was never trained for it
      Given case CSE-0083 goes on like this
        | recorded           | by      | what                 |
        | 18 July 2016 09:00 | PS 0088 | allocated to DC 2741 |
      When the record is read as at 31 July 2016
      Then case CSE-0083 belongs to DC 2741
      And entry 7 of case CSE-0083 is flagged "owner-unaccredited"
      And these cases are stalled for "owner-unaccredited"
        | case     | about   | since              | because                                                  |
        | CSE-0083 | DC 2741 | 18 July 2016 09:00 | its owner DC 2741 is not accredited for child-protection |
