Feature: Every overdue visit to an offender is named, and every team that was never briefed
  Parts of the force knew too little of the registered offenders living there. Which visits are overdue must be
  plain on any day, and which neighbourhood team was never told who lives on its ground.

  The rulebook that holds asks for a visit every month at very high risk, every 3 months at high, 6 at medium and 12
  at low, and for the neighbourhood team to be briefed within 5 working days of the offender's case being opened.

  Background:
    Given these officers
      | officer | team  | accredited for      | since          |
      | DC 4107 | North | offender-management | 4 January 2016 |
      | DC 4111 | South | offender-management | 4 January 2016 |
    And this record of several cases
      | happened           | recorded              | by      | about    | what                            | reason                |
      |                    | 11 January 2016 10:00 | DI 0031 | OFF-0102 | reported as offender-management |                       |
      |                    | 11 January 2016 10:30 | DI 0031 | OFF-0102 | risk assessed as high           |                       |
      |                    | 11 January 2016 11:00 | DI 0031 | OFF-0102 | allocated to DC 4111            |                       |
      |                    | 12 January 2016 09:00 | DC 4111 | OFF-0102 | neighbourhood briefed           |                       |
      |                    | 25 January 2016 10:00 | DI 0031 | OFF-0103 | reported as offender-management |                       |
      |                    | 25 January 2016 10:10 | DI 0031 | OFF-0103 | risk assessed as low            |                       |
      |                    | 25 January 2016 10:20 | DI 0031 | OFF-0103 | allocated to DC 4107            |                       |
      |                    | 4 April 2016 10:00    | DI 0031 | OFF-0101 | reported as offender-management |                       |
      |                    | 4 April 2016 10:10    | DI 0031 | OFF-0101 | risk assessed as very high      |                       |
      |                    | 4 April 2016 10:20    | DI 0031 | OFF-0101 | allocated to DC 4107            |                       |
      |                    | 6 April 2016 14:00    | DC 4111 | OFF-0102 | offender visited: at home       |                       |
      |                    | 7 April 2016 15:00    | DC 4107 | OFF-0101 | neighbourhood briefed           |                       |
      |                    | 3 May 2016 11:00      | DC 4107 | OFF-0101 | offender visited: at home       |                       |
      |                    | 31 May 2016 16:00     | DC 4107 | OFF-0101 | offender visited: at work       |                       |
      | 28 June 2016 12:00 | 10 August 2016 09:00  | DC 4111 | OFF-0102 | offender visited: at home       |                       |
      |                    | 15 August 2016 10:00  | DI 0031 | OFF-0101 | entry 4 retracted               | another man was meant |

  Rule: Which visits are overdue, by how much, and whose they are

    Scenario: On the day of the inspection
      When the record is read as at 31 August 2016
      Then these offenders are to be visited
        | case     | risk      | owner   | team  | visited            | visits | limit | due                     | overdue | team told             |
        | OFF-0101 | very high | DC 4107 | North | 31 May 2016 16:00  | 2      | 1mo   | 30 June 2016 16:00      | 62 days | -                     |
        | OFF-0102 | high      | DC 4111 | South | 28 June 2016 12:00 | 2      | 3mo   | 28 September 2016 12:00 | -       | 12 January 2016 09:00 |
        | OFF-0103 | low       | DC 4107 | North | -                  | 0      | 12mo  | 25 January 2017 10:00   | -       | -                     |
      And these offenders' visits are overdue
        | case     | overdue | owner   |
        | OFF-0101 | 62 days | DC 4107 |

    Scenario: As known a month earlier, a visit was not yet written down
      When the record is read as known at 31 July 2016
      Then these offenders' visits are overdue
        | case     | risk      | visited            | due                | overdue | owner   |
        | OFF-0101 | very high | 31 May 2016 16:00  | 30 June 2016 16:00 | 31 days | DC 4107 |
        | OFF-0102 | high      | 6 April 2016 14:00 | 6 July 2016 14:00  | 25 days | DC 4111 |

    Scenario: That same day a month earlier, by what is known at the inspection
      When the record is read as at 31 July 2016, as known at 31 August 2016
      Then these offenders' visits are overdue
        | case     | risk      | visited           | due                | overdue | owner   |
        | OFF-0101 | very high | 31 May 2016 16:00 | 30 June 2016 16:00 | 31 days | DC 4107 |

    Scenario: The day of the inspection, with the knowledge of a month before
      When the record is read as at 31 August 2016, as known at 31 July 2016
      Then these offenders' visits are overdue
        | case     | due                | overdue |
        | OFF-0101 | 30 June 2016 16:00 | 62 days |
        | OFF-0102 | 6 July 2016 14:00  | 56 days |

    Scenario Outline: A month is a month, to the minute
      When the record is read as at <instant>
      Then these cases break the standard "offender-visit"
        | case     | cause          | since             | due                | overdue   |
        | OFF-0101 | clock-breached | 31 May 2016 16:00 | 30 June 2016 16:00 | <overdue> |

      Examples:
        | instant            | overdue   |
        | 30 June 2016 16:00 | 0 minutes |
        | 1 July 2016 16:00  | 1 day     |

    Scenario: Until that minute nothing is overdue
      When the record is read as at 30 June 2016 15:59
      Then no offender's visit is overdue
      And no case breaks the standard "offender-visit"

    Scenario: A visit where the risk has risen is due sooner
      Given case OFF-0103 goes on like this
        | recorded             | by      | what                       |
        | 22 August 2016 09:00 | DI 0031 | risk assessed as very high |
      When the record is read as at 31 August 2016
      Then these offenders' visits are overdue
        | case     | risk      | limit | due                    | overdue  |
        | OFF-0103 | very high | 1mo   | 25 February 2016 10:00 | 188 days |
        | OFF-0101 | very high | 1mo   | 30 June 2016 16:00     | 62 days  |

  Rule: Which team was never told

    Scenario: On the day of the inspection, a briefing having been about another man
      When the record is read as at 31 August 2016
      Then of these offenders no team was ever told
        | case     | team  | owner   |
        | OFF-0101 | North | DC 4107 |
        | OFF-0103 | North | DC 4107 |
      And these cases break the standard "neighbourhood-briefed"
        | case     | cause        | team  | since                 | due                   | overdue  | because                                                                          |
        | OFF-0101 | step-missing | North | 4 April 2016 10:00    | 12 April 2016 00:00   | 141 days | the neighbourhood team was never briefed (neighbourhood-briefed, 5 working days) |
        | OFF-0103 | step-missing | North | 25 January 2016 10:00 | 2 February 2016 00:00 | 211 days | the neighbourhood team was never briefed (neighbourhood-briefed, 5 working days) |

    Scenario: As known a month earlier, when the briefing was still believed
      When the record is read as known at 31 July 2016
      Then of these offenders no team was ever told
        | case     | team  |
        | OFF-0103 | North |

    Scenario: That same day a month earlier, by what is known at the inspection
      When the record is read as at 31 July 2016, as known at 31 August 2016
      Then of these offenders no team was ever told
        | case     | team  |
        | OFF-0101 | North |
        | OFF-0103 | North |
