Feature: Every child in a police cell is on a list, at any hour
  Too many children were held in police cells, many of them overnight after a charge. Which children are held now,
  since when, and whether anybody asked for another place, must be plain at any hour.

  The rulebook that holds asks, once a child has been detained and charged, for local authority accommodation to be
  asked for within 1 hour. A detention is to be reviewed within 6 hours, and then every 9.

  Background:
    Given this record of several cases
      | happened          | recorded           | by      | about    | what                                                     | reason                       |
      |                   | 8 April 2016 18:20 | PS 0417 | CUS-0058 | reported as child-in-custody, of children aged 14        |                              |
      |                   | 8 April 2016 18:30 | PS 0417 | CUS-0058 | detained: Eastgate                                       |                              |
      |                   | 8 April 2016 22:05 | PS 0417 | CUS-0058 | charge                                                   |                              |
      |                   | 8 April 2016 22:40 | PS 0417 | CUS-0058 | accommodation requested: a place is found                |                              |
      |                   | 9 April 2016 00:15 | PS 0417 | CUS-0058 | transferred: to a children's home                        |                              |
      |                   | 9 May 2016 20:00   | PS 0417 | CUS-0066 | reported as child-in-custody, of children aged 16        |                              |
      |                   | 9 May 2016 20:10   | PS 0417 | CUS-0066 | detained: Westgate                                       |                              |
      |                   | 10 May 2016 01:00  | PS 0417 | CUS-0066 | detention reviewed                                       |                              |
      |                   | 10 May 2016 09:00  | PS 0417 | CUS-0066 | released                                                 |                              |
      |                   | 16 May 2016 21:40  | PS 0417 | CUS-0061 | reported as child-in-custody, of children aged 15        |                              |
      |                   | 16 May 2016 21:55  | PS 0417 | CUS-0061 | detained: Eastgate                                       |                              |
      |                   | 17 May 2016 02:30  | PS 0417 | CUS-0061 | charge                                                   |                              |
      |                   | 17 May 2016 08:10  | PS 0417 | CUS-0061 | detention reviewed                                       |                              |
      |                   | 18 May 2016 09:50  | PS 0417 | CUS-0061 | released: to court                                       |                              |
      |                   | 20 May 2016 11:00  | DI 0031 | CUS-0066 | entry 4 corrected: time = 11 May 2016 16:00              | the custody record           |
      | 17 May 2016 03:00 | 21 May 2016 14:00  | PS 0417 | CUS-0061 | accommodation requested: none to be had                  |                              |
      |                   | 8 June 2016 10:00  | DI 0031 | CUS-0061 | entry 6 retracted                                        | the council had no such call |
      |                   | 10 June 2016 01:05 | PS 0417 | CUS-0070 | reported as child-in-custody, of children aged 13 and 15 |                              |
      |                   | 10 June 2016 01:15 | PS 0417 | CUS-0070 | detained: Eastgate                                       |                              |
      |                   | 10 June 2016 05:00 | PS 0417 | CUS-0070 | charge                                                   |                              |

  Rule: Who is held now, since when, and was another place asked for

    Scenario: On the day of the inspection, at ten in the morning
      When the record is read as at 10 June 2016 10:00
      Then these children are in custody
        | case     | aged   | where    | since              | held    | charged            | accommodation asked for | breaks                                |
        | CUS-0070 | 13, 15 | Eastgate | 10 June 2016 01:15 | 8 hours | 10 June 2016 05:00 | -                       | child-accommodation, detention-review |

    Scenario Outline: The hour for the request runs from the charge
      When the record is read as at <instant>
      Then these children are in custody
        | case     | held   | accommodation asked for | breaks   |
        | CUS-0070 | <held> | -                       | <breaks> |

      Examples:
        | instant            | held    | breaks                                |
        | 10 June 2016 05:59 | 4 hours | -                                     |
        | 10 June 2016 06:00 | 4 hours | child-accommodation                   |
        | 10 June 2016 07:15 | 6 hours | child-accommodation, detention-review |

    Scenario: It stands among the stalled cases, as a step that was never taken
      When the record is read as at 10 June 2016 10:00
      Then these cases break the standard "child-accommodation"
        | case     | cause        | due                | overdue | because                                                        |
        | CUS-0070 | step-missing | 10 June 2016 06:00 | 4 hours | no other accommodation asked for (child-accommodation, 1 hour) |

    Scenario Outline: A child who was asked for, and moved the same night
      When the record is read as at <instant>
      Then these children are in custody
        | case     | aged | held   | charged   | accommodation asked for | breaks |
        | CUS-0058 | 14   | <held> | <charged> | <asked>                 | -      |

      Examples:
        | instant            | held      | charged            | asked              |
        | 8 April 2016 18:30 | 0 minutes | -                  | -                  |
        | 8 April 2016 22:30 | 4 hours   | 8 April 2016 22:05 | -                  |
        | 9 April 2016 00:14 | 5 hours   | 8 April 2016 22:05 | 8 April 2016 22:40 |

    Scenario: From the minute of the transfer on the cell is empty
      When the record is read as at 9 April 2016 00:15
      Then no child is in custody

  Rule: A request that nobody made counts for nothing once it is taken back

    Scenario: The night of 17 May, by what is known at the inspection
      When the record is read as at 17 May 2016 12:00, as known at 10 June 2016
      Then these children are in custody
        | case     | since             | held     | charged           | reviewed          | accommodation asked for | breaks              |
        | CUS-0061 | 16 May 2016 21:55 | 14 hours | 17 May 2016 02:30 | 17 May 2016 08:10 | -                       | child-accommodation |

    Scenario: The same night, while the false entry was believed
      When the record is read as at 17 May 2016 12:00, as known at 31 May 2016
      Then these children are in custody
        | case     | since             | accommodation asked for | breaks |
        | CUS-0061 | 16 May 2016 21:55 | 17 May 2016 03:00       | -      |

    Scenario: The same hour, as it was known in that hour
      When the record is read as at 17 May 2016 08:00, as known at 17 May 2016 08:00
      Then these children are in custody
        | case     | accommodation asked for | breaks                                |
        | CUS-0061 | -                       | child-accommodation, detention-review |

  Rule: A release that was put too early kept a child in a cell whom the record had let go

    Scenario: As known a month before the inspection, nobody was held
      When the record is read as known at 10 May 2016
      Then no child is in custody

    Scenario: How it was on that day, by what is known at the inspection
      When the record is read as at 10 May 2016, as known at 10 June 2016
      Then these children are in custody
        | case     | aged | where    | since            | held  | reviewed          | breaks           |
        | CUS-0066 | 16   | Westgate | 9 May 2016 20:10 | 1 day | 10 May 2016 01:00 | detention-review |

    Scenario: The entry shows both times
      When the record is read as at 10 June 2016
      Then entry 4 of case CUS-0066 was corrected by entry 5 of DI 0031, because "the custody record"

    Scenario: The day of the inspection, with the knowledge of a month before
      When the record is read as at 10 June 2016, as known at 10 May 2016
      Then no child is in custody
