Feature: Whoever holds a case without the training for it is named
  A detective was protecting children, trained neither for that nor as a detective, and too few specialists had
  been recruited. It must be plain, on any day, who holds cases without the accreditation that the work needs, and
  how many specialists there are against how many are needed.

  The rulebook that holds asks, in a case of child abuse, sexual exploitation or domestic abuse, for an owner
  accredited for child protection; with offenders who are to be supervised, for offender management.

  Background:
    Given from 1 January 2016 on the rulebook asks for these specialists
      | accreditation       | needed |
      | child-protection    | 6      |
      | offender-management | 2      |
    And these officers
      | officer | team  | accredited for   | since          |
      | DC 1502 | Hydra | child-protection | 4 January 2016 |
      | DC 3310 | Hydra |                  | 4 January 2016 |
      | DC 3318 | Lyra  | child-protection | 4 January 2016 |
      | DC 3342 | Lyra  | child-protection | 4 January 2016 |
    And this record of several cases
      | happened           | recorded            | by            | about    | what                                        | reason                      |
      |                    | 8 March 2016 11:05  | referral desk | CHB-0212 | reported as child-abuse, of children aged 3 |                             |
      |                    | 8 March 2016 12:00  | PS 0088       | CHB-0212 | risk assessed as high                       |                             |
      |                    | 9 March 2016 08:50  | PS 0088       | CHB-0212 | allocated to DC 3310                        | nobody else is free         |
      |                    | 24 March 2016 13:00 | DC 3310       | CHB-0212 | child seen: mother present throughout       |                             |
      |                    | 11 April 2016 09:00 | referral desk | DVW-0160 | reported as domestic-abuse                  |                             |
      |                    | 11 April 2016 10:00 | PS 0088       | DVW-0160 | allocated to DC 3342                        |                             |
      |                    | 2 May 2016 09:00    | HR 1          | DC 3318  | absent                                      |                             |
      |                    | 9 May 2016 09:00    | referral desk | CSE-0090 | reported as child-sexual-exploitation       |                             |
      |                    | 9 May 2016 11:00    | PS 0088       | CSE-0090 | allocated to DC 3318                        |                             |
      | 1 April 2016 00:00 | 20 May 2016 10:00   | HR 1          | DC 3342  | no longer accredited for child-protection   | the course was never passed |

  Rule: Who holds a case without what it needs is named, with the case

    Scenario: On the day of the inspection
      When the record is read as at 24 May 2016
      Then these officers hold cases that they are not fit for
        | officer | team  | holds | accredited for   | lacks            | for      | absent since     | given while away |
        | DC 3310 | Hydra | 1     | -                | child-protection | CHB-0212 | -                | -                |
        | DC 3318 | Lyra  | 1     | child-protection | -                | -        | 2 May 2016 09:00 | CSE-0090         |
        | DC 3342 | Lyra  | 1     | -                | child-protection | DVW-0160 | -                | -                |
      And these cases are stalled for "owner-unaccredited"
        | case     | about   | limit            | since               | waiting | because                                                  |
        | CHB-0212 | DC 3310 | child-protection | 9 March 2016 08:50  | 76 days | its owner DC 3310 is not accredited for child-protection |
        | DVW-0160 | DC 3342 | child-protection | 11 April 2016 10:00 | 43 days | its owner DC 3342 is not accredited for child-protection |
      And these cases are stalled for "owner-unavailable"
        | case     | about   | since            | waiting | because                                 |
        | CSE-0090 | DC 3318 | 9 May 2016 11:00 | 15 days | its owner DC 3318 is absent or has left |

    Scenario: As known a month earlier
      When the record is read as known at 24 April 2016
      Then these officers hold cases that they are not fit for
        | officer | holds | accredited for | lacks            | for      |
        | DC 3310 | 1     | -              | child-protection | CHB-0212 |
      And these cases are stalled for "owner-unaccredited"
        | case     | about   | waiting |
        | CHB-0212 | DC 3310 | 46 days |

    Scenario: That same day a month earlier, by what is known at the inspection
      When the record is read as at 24 April 2016, as known at 24 May 2016
      Then these officers hold cases that they are not fit for
        | officer | holds | accredited for | lacks            | for      |
        | DC 3310 | 1     | -              | child-protection | CHB-0212 |
        | DC 3342 | 1     | -              | child-protection | DVW-0160 |
      And these cases are stalled for "owner-unaccredited"
        | case     | about   | since               | waiting |
        | CHB-0212 | DC 3310 | 9 March 2016 08:50  | 46 days |
        | DVW-0160 | DC 3342 | 11 April 2016 10:00 | 13 days |

    Scenario: The day of the inspection, with the knowledge of a month before
      When the record is read as at 24 May 2016, as known at 24 April 2016
      Then these officers hold cases that they are not fit for
        | officer | lacks            | for      |
        | DC 3310 | child-protection | CHB-0212 |

    Scenario: Before the first case was given away
      When the record is read as at 8 March 2016
      Then nobody holds a case that they are not fit for
      And no case is stalled for "owner-unaccredited"

    Scenario: Somebody who comes back can be reached again
      Given officer DC 3318 goes on like this
        | recorded          | by   | what |
        | 6 June 2016 08:00 | HR 1 | back |
      When the record is read as at 5 June 2016
      Then these cases are stalled for "owner-unavailable"
        | case     | about   | waiting |
        | CSE-0090 | DC 3318 | 27 days |
      When the record is read as at 6 June 2016
      Then no case is stalled for "owner-unavailable"

  Rule: Specialists held stand beside specialists needed

    Scenario: On the day of the inspection
      When the record is read as at 24 May 2016
      Then there are these specialists
        | accreditation       | needed | held | present | short |
        | child-protection    | 6      | 2    | 1       | 4     |
        | offender-management | 2      | 0    | 0       | 2     |

    Scenario: As known a month earlier there seemed to be one more
      When the record is read as known at 24 April 2016
      Then there are these specialists
        | accreditation       | needed | held | present | short |
        | child-protection    | 6      | 3    | 3       | 3     |
        | offender-management | 2      | 0    | 0       | 2     |

    Scenario: That same day, by what is known at the inspection
      When the record is read as at 24 April 2016, as known at 24 May 2016
      Then there are these specialists
        | accreditation       | needed | held | present | short |
        | child-protection    | 6      | 2    | 2       | 4     |
        | offender-management | 2      | 0    | 0       | 2     |

    Scenario: Somebody leaves, and somebody is trained until a day that is set
      Given officer DC 1502 goes on like this
        | recorded          | by   | what |
        | 1 July 2016 17:00 | HR 1 | left |
      And officer DC 3310 goes on like this
        | recorded          | by   | what                                                 |
        | 4 July 2016 09:00 | HR 1 | accredited for child-protection until 1 October 2016 |
      When the record is read as at 31 July 2016
      Then these officers are in the register
        | officer | holds | accredited for   | absent since     | left              |
        | DC 1502 | 0     | child-protection | -                | 1 July 2016 17:00 |
        | DC 3310 | 1     | child-protection | -                | -                 |
        | DC 3318 | 1     | child-protection | 2 May 2016 09:00 | -                 |
        | DC 3342 | 1     | -                | -                | -                 |
        | DI 0031 | 0     | -                | -                | -                 |
        | PS 0088 | 0     | -                | -                | -                 |
        | PS 0093 | 0     | -                | -                | -                 |
      And there are these specialists
        | accreditation       | needed | held | present | short |
        | child-protection    | 6      | 2    | 1       | 4     |
        | offender-management | 2      | 0    | 0       | 2     |
      And these cases are stalled for "owner-unaccredited"
        | case     | about   |
        | DVW-0160 | DC 3342 |
      When the record is read as at 1 October 2016
      Then these cases are stalled for "owner-unaccredited"
        | case     | about   | since                | waiting  |
        | CHB-0212 | DC 3310 | 1 October 2016 00:00 | 23 hours |
        | DVW-0160 | DC 3342 | 11 April 2016 10:00  | 173 days |

  Rule: What was irregular when it was done stays flagged, whatever comes after

    Scenario: The case finds a trained owner
      Given case CHB-0212 goes on like this
        | recorded          | by      | what                 |
        | 26 May 2016 09:00 | PS 0088 | returned             |
        | 2 June 2016 08:45 | PS 0088 | allocated to DC 1502 |
      When the record is read as at 30 June 2016
      Then these cases are stalled for "owner-unaccredited"
        | case     | about   |
        | DVW-0160 | DC 3342 |
      And entry 3 of case CHB-0212 is flagged "owner-unaccredited"
      And case CHB-0212 has been open for 114 days
      And case CHB-0212 has been with these owners
        | owner   | since              | days | actions | failed contacts |
        | nobody  | 8 March 2016 11:05 | 0    | 1       | 0               |
        | DC 3310 | 9 March 2016 08:50 | 77   | 1       | 0               |
        | nobody  | 26 May 2016 09:00  | 6    | 0       | 0               |
        | DC 1502 | 2 June 2016 08:45  | 28   | 0       | 0               |
