Feature: Every missing child is on a list, and so is every child to whom nobody spoke in time
  There was serious concern about children who were missing or absent. Who is missing must be plain on any day, how
  that was graded, when each was found, and whether anybody spoke to them within 72 hours.

  The rulebook that holds asks for a grade within 1 hour of the report, and for a return interview within 72 hours
  of the hour in which the child was found.

  Background:
    Given these officers
      | officer | team | accredited for   | since          |
      | DC 3318 | Lyra | child-protection | 4 January 2016 |
    And this record of several cases
      | happened            | recorded            | by            | about    | what                                              | reason                        |
      |                     | 20 March 2016 16:00 | referral desk | MIS-0284 | reported as missing, of children aged 12          |                               |
      |                     | 20 March 2016 16:05 | referral desk | MIS-0284 | missing reported                                  |                               |
      |                     | 20 March 2016 16:30 | referral desk | MIS-0284 | missing graded: missing, high risk                |                               |
      |                     | 21 March 2016 02:00 | DC 3318       | MIS-0284 | found: in a car park                              |                               |
      |                     | 23 March 2016 15:00 | DC 3318       | MIS-0284 | return interview: alone                           |                               |
      |                     | 26 March 2016 18:00 | referral desk | MIS-0305 | reported as missing, of children aged 13          |                               |
      |                     | 26 March 2016 18:05 | referral desk | MIS-0305 | missing reported                                  |                               |
      |                     | 26 March 2016 18:30 | referral desk | MIS-0305 | missing graded: missing, medium risk              |                               |
      |                     | 29 March 2016 08:30 | PS 0088       | MIS-0305 | allocated to DC 3318                              |                               |
      | 28 March 2016 06:15 | 3 April 2016 11:00  | DC 3318       | MIS-0305 | found: at the station                             |                               |
      |                     | 18 April 2016 17:40 | DC 3318       | MIS-0305 | contact attempted: no answer                      |                               |
      |                     | 28 April 2016 22:00 | referral desk | MIS-0290 | reported as missing, of children aged 15          |                               |
      |                     | 28 April 2016 22:00 | referral desk | MIS-0290 | missing reported                                  |                               |
      |                     | 29 April 2016 21:10 | referral desk | MIS-0291 | reported as missing, of children aged 15          |                               |
      |                     | 29 April 2016 21:10 | referral desk | MIS-0291 | missing reported                                  |                               |
      |                     | 29 April 2016 21:40 | referral desk | MIS-0291 | missing graded: absent, no risk                   |                               |
      |                     | 30 April 2016 08:20 | PS 0088       | MIS-0291 | entry 3 corrected: outcome = missing, medium risk | she has been exploited before |
      |                     | 30 April 2016 09:00 | PS 0088       | MIS-0291 | allocated to DC 3318                              |                               |
      |                     | 2 May 2016 07:30    | DC 3318       | MIS-0291 | found: with a man of 24                           |                               |
      |                     | 9 May 2016 16:00    | DC 3318       | MIS-0291 | return interview: after seven days                |                               |

  Rule: Who is missing, how graded, found when, spoken to in time or not

    Scenario: On the day of the inspection
      When the record is read as at 30 April 2016
      Then these children are missing still
        | case     | aged | owner   | missing since       | graded               | graded at           |
        | MIS-0290 | 15   | nobody  | 28 April 2016 22:00 | -                    | -                   |
        | MIS-0291 | 15   | DC 3318 | 29 April 2016 21:10 | missing, medium risk | 29 April 2016 21:40 |
      And these children were reported missing
        | case     | state     | missing since       | found               | spoken to           | by                  | in time |
        | MIS-0290 | missing   | 28 April 2016 22:00 | -                   | -                   | -                   | -       |
        | MIS-0291 | missing   | 29 April 2016 21:10 | -                   | -                   | -                   | -       |
        | MIS-0305 | found     | 26 March 2016 18:05 | 28 March 2016 06:15 | -                   | 31 March 2016 06:15 | no      |
        | MIS-0284 | spoken to | 20 March 2016 16:05 | 21 March 2016 02:00 | 23 March 2016 15:00 | 24 March 2016 02:00 | yes     |

    Scenario: As known a month earlier, one child was still looked for who had been found
      When the record is read as known at 30 March 2016
      Then these children are missing still
        | case     | aged | owner   | missing since       | graded               |
        | MIS-0305 | 13   | DC 3318 | 26 March 2016 18:05 | missing, medium risk |

    Scenario: That same day a month earlier, by what is known at the inspection
      When the record is read as at 30 March 2016, as known at 30 April 2016
      Then no child is missing still
      And these children were reported missing
        | case     | state     | found               | spoken to           | by                  | in time |
        | MIS-0305 | found     | 28 March 2016 06:15 | -                   | 31 March 2016 06:15 | -       |
        | MIS-0284 | spoken to | 21 March 2016 02:00 | 23 March 2016 15:00 | 24 March 2016 02:00 | yes     |

    Scenario: The day of the inspection, with the knowledge of a month before
      When the record is read as at 30 April 2016, as known at 30 March 2016
      Then these children are missing still
        | case     | missing since       |
        | MIS-0305 | 26 March 2016 18:05 |

  Rule: The seventy-two hours run from the hour in which the child was found

    Scenario Outline: Found, and waiting to be asked why
      When the record is read as at <instant>
      Then these children were reported missing
        | case     | state     | found               | by                  | in time  |
        | MIS-0290 | missing   | -                   | -                   | -        |
        | <second> | <state 2> | <found 2>           | <by 2>              | <time 2> |
        | <third>  | <state 3> | <found 3>           | <by 3>              | <time 3> |
        | MIS-0284 | spoken to | 21 March 2016 02:00 | 24 March 2016 02:00 | yes      |

      Examples:
        | instant          | second   | state 2 | found 2             | by 2                | time 2 | third    | state 3 | found 3          | by 3             | time 3 |
        | 5 May 2016 07:29 | MIS-0305 | found   | 28 March 2016 06:15 | 31 March 2016 06:15 | no     | MIS-0291 | found   | 2 May 2016 07:30 | 5 May 2016 07:30 | -      |
        | 5 May 2016 07:30 | MIS-0305 | found   | 28 March 2016 06:15 | 31 March 2016 06:15 | no     | MIS-0291 | found   | 2 May 2016 07:30 | 5 May 2016 07:30 | no     |

    Scenario: Spoken to, after seven days and not after three
      When the record is read as at 9 May 2016
      Then these children were reported missing
        | case     | state     | found               | spoken to           | in time |
        | MIS-0290 | missing   | -                   | -                   | -       |
        | MIS-0305 | found     | 28 March 2016 06:15 | -                   | no      |
        | MIS-0284 | spoken to | 21 March 2016 02:00 | 23 March 2016 15:00 | yes     |
        | MIS-0291 | spoken to | 2 May 2016 07:30    | 9 May 2016 16:00    | no      |

    Scenario: A call that nobody answered is not an interview
      When the record is read as at 30 April 2016
      Then these cases break the standard "return-interview"
        | case     | cause        | since               | due                 | overdue | owner   | because                                                           |
        | MIS-0305 | step-missing | 28 March 2016 06:15 | 31 March 2016 06:15 | 30 days | DC 3318 | nobody has spoken to the child since (return-interview, 72 hours) |

  Rule: A grade that was too low, and none at all, are both told

    Scenario: What the grade was known to be in the first night
      When the record is read as at 30 April 2016 08:00, as known at 30 April 2016 08:00
      Then these children are missing still
        | case     | graded          |
        | MIS-0290 | -               |
        | MIS-0291 | absent, no risk |

    Scenario: What it is known to have been, since it was corrected
      When the record is read as at 30 April 2016 08:00
      Then these children are missing still
        | case     | graded               |
        | MIS-0290 | -                    |
        | MIS-0291 | missing, medium risk |

    Scenario: A report that nobody ever graded
      When the record is read as at 30 April 2016
      Then these cases break the standard "missing-graded"
        | case     | cause        | due                 | overdue | because                                                      |
        | MIS-0290 | step-missing | 28 April 2016 23:00 | 2 days  | the missing report was never graded (missing-graded, 1 hour) |

  Rule: A child who goes missing again begins a new count

    Scenario: The second time
      Given this record of several cases
        | recorded          | by            | about    | what                               |
        | 14 May 2016 20:00 | referral desk | MIS-0291 | missing reported                   |
        | 14 May 2016 20:20 | referral desk | MIS-0291 | missing graded: missing, high risk |
      When the record is read as at 15 May 2016
      Then these children are missing still
        | case     | missing since       | graded             | times |
        | MIS-0290 | 28 April 2016 22:00 | -                  | 1     |
        | MIS-0291 | 14 May 2016 20:00   | missing, high risk | 2     |

  Rule: Of several children in one case, none is forgotten because another was found

    Background:
      Given this record of several cases
        | recorded          | by            | about    | what                                         |
        | 16 May 2016 10:00 | referral desk | MIS-0312 | reported as missing, of children aged 13, 9  |
        | 16 May 2016 10:10 | referral desk | MIS-0312 | missing reported, the elder                  |
        | 16 May 2016 10:11 | referral desk | MIS-0312 | missing reported, the younger                |
        | 16 May 2016 15:00 | DC 3318       | MIS-0312 | found, the elder: at her aunt's              |
        | 17 May 2016 10:00 | DC 3318       | MIS-0312 | return interview, the elder: alone           |

    Scenario: One found and spoken to, the other missing still
      When the record is read as at 20 May 2016
      Then these children are missing still
        | case     | child       | missing since       |
        | MIS-0290 | -           | 28 April 2016 22:00 |
        | MIS-0312 | the younger | 16 May 2016 10:11   |

    Scenario: Both found, and nobody has spoken to the second
      Given this record of several cases
        | recorded          | by      | about    | what               |
        | 18 May 2016 09:00 | DC 3318 | MIS-0312 | found, the younger |
      When the record is read as at 25 May 2016
      Then these children are missing still
        | case     | child | missing since       |
        | MIS-0290 | -     | 28 April 2016 22:00 |
      And these cases break the standard "return-interview"
        | case     | cause        | since               | because                                                                        |
        | MIS-0305 | step-missing | 28 March 2016 06:15 | nobody has spoken to the child since (return-interview, 72 hours)              |
        | MIS-0312 | step-missing | 18 May 2016 09:00   | the younger: nobody has spoken to the child since (return-interview, 72 hours) |

    Scenario: Closing the case finds nobody
      Given this record of several cases
        | recorded          | by      | about    | what                        |
        | 19 May 2016 09:00 | PS 0088 | MIS-0312 | resolved: nothing more done |
      When the record is read as at 25 May 2016
      Then these children are missing still
        | case     | child       | missing since       |
        | MIS-0290 | -           | 28 April 2016 22:00 |
        | MIS-0312 | the younger | 16 May 2016 10:11   |
