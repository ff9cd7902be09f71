Feature: A case that was referred back waits until the inspectorate accepts an answer
  38 cases were referred back to the force, as a serious concern or because a child was at immediate risk. Each
  answer is the force's, each verdict on it the inspectorate's, and none of them goes missing.

  That there were 38 is of the public record, and that answers missed the wider safeguarding. The cases are invented,
  and so is what was answered, and when.

  The rulebook that holds asks for an answer within 1 day where a child is at immediate risk, and within 10 working
  days otherwise. Where an answer is rejected, the time for the next runs from that day.

  Rule: Every referral, its answer and the verdict are counted

    Background:
      Given on 1 February 2016 these cases are reported
        | category    | cases |
        | child-abuse | 38    |
      And on 22 February 2016 HMI 3 opens the round R1 and draws 38 cases by category
      And HMI 3 refers these cases of the round R1 back
        | cases | named            | at immediate risk | referred back | answered    | verdict                | answered again  | second verdict          | entered          |
        | 7     | C-0001 to C-0007 | yes               | 2 May 2016    | 4 May 2016  | 12 May 2016: accepted  |                 |                         |                  |
        | 13    | C-0008 to C-0020 | no                | 2 May 2016    | 20 May 2016 | 1 June 2016: accepted  |                 |                         |                  |
        | 1     | C-0021           | yes               | 2 May 2016    | 4 May 2016  | 12 May 2016: accepted  |                 |                         | 10 November 2016 |
        | 1     | C-0022           | no                | 2 May 2016    | 20 May 2016 | 1 June 2016: accepted  |                 |                         | 10 November 2016 |
        | 1     | C-0023           | yes               | 2 May 2016    | 6 May 2016  |                        |                 |                         |                  |
        | 2     | C-0024 to C-0025 | no                | 2 May 2016    | 27 May 2016 |                        |                 |                         |                  |
        | 1     | C-0026           | yes               | 2 May 2016    | 5 May 2016  | 16 May 2016: rejected  |                 |                         |                  |
        | 3     | C-0027 to C-0029 | no                | 2 May 2016    | 6 June 2016 | 20 June 2016: rejected |                 |                         |                  |
        | 1     | C-0030           | no                | 2 May 2016    | 6 June 2016 | 20 June 2016: rejected | 2 November 2016 |                         |                  |
        | 2     | C-0031 to C-0032 | yes               | 2 May 2016    | 5 May 2016  | 16 May 2016: rejected  | 20 June 2016    | 4 July 2016: accepted   |                  |
        | 4     | C-0033 to C-0036 | no                | 2 May 2016    | 6 June 2016 | 20 June 2016: rejected | 18 July 2016    | 1 August 2016: accepted |                  |
        | 1     | C-0037           | yes               | 2 May 2016    |             |                        |                 |                         |                  |
        | 1     | C-0038           | no                | 2 May 2016    |             |                        |                 |                         |                  |

    Scenario Outline: The referrals of the first round, on the day of the report and as known a month earlier
      When the record is read as known at <known>
      Then in the round R1 <referred> cases were referred back, <at risk> of them with a child at immediate risk
      And in the round R1 <accepted> of them have an answer that was accepted, <rejected> one that was rejected, <waiting> one that awaits a verdict and <none> no answer

      Examples:
        | known            | referred | at risk | accepted | rejected | waiting | none |
        | 25 October 2016  | 36       | 12      | 26       | 5        | 3       | 2    |
        | 25 November 2016 | 38       | 13      | 28       | 4        | 4       | 2    |

    Scenario: An answer that missed the wider safeguarding was rejected, whatever was accepted later
      When the record is read as known at 25 November 2016
      Then in the round R1 11 answers were rejected in all

    Scenario: Whoever owes an answer is in the list of the stalled cases
      When the record is read as known at 25 November 2016
      Then these cases are stalled for "escalation-unanswered"
        | case   | about | since            | due               | waiting  | overdue  |
        | C-0026 | E1    | 2 May 2016 12:00 | 17 May 2016 12:00 | 207 days | 192 days |
        | C-0027 | E1    | 2 May 2016 12:00 | 5 July 2016 00:00 | 207 days | 144 days |
        | C-0028 | E1    | 2 May 2016 12:00 | 5 July 2016 00:00 | 207 days | 144 days |
        | C-0029 | E1    | 2 May 2016 12:00 | 5 July 2016 00:00 | 207 days | 144 days |
        | C-0037 | E1    | 2 May 2016 12:00 | 3 May 2016 12:00  | 207 days | 206 days |
        | C-0038 | E1    | 2 May 2016 12:00 | 17 May 2016 00:00 | 207 days | 193 days |

    Scenario: As known a month earlier, an answer that was given again had not come
      When the record is read as known at 25 October 2016
      Then these cases are stalled for "escalation-unanswered"
        | case   | waiting  | overdue  |
        | C-0026 | 176 days | 161 days |
        | C-0027 | 176 days | 112 days |
        | C-0028 | 176 days | 112 days |
        | C-0029 | 176 days | 112 days |
        | C-0030 | 176 days | 112 days |
        | C-0037 | 176 days | 175 days |
        | C-0038 | 176 days | 161 days |

  Rule: Closing a case answers nobody, and closing and reopening it gains no time

    Background:
      Given these officers
        | officer | team  | accredited for   | since          |
        | DC 1417 | Hydra | child-protection | 4 January 2016 |
      And case CHB-0905 with this record
        | recorded            | by            | what                                             |
        | 2 May 2016 09:00    | referral desk | reported as child-abuse                          |
        | 2 May 2016 09:30    | PS 0088       | risk assessed as low                             |
        | 2 May 2016 10:00    | PS 0088       | allocated to DC 1417                             |
        | 9 May 2016 09:00    | HMI 3         | escalated as E1: nobody has seen the child       |
        | 10 May 2016 09:00   | DC 1417       | closure requested: no further action             |
        | 10 May 2016 10:00   | PS 0088       | resolved: no further action                      |

    Scenario: The inspectorate waits on, though the case is closed
      When the record is read as at 10 June 2016
      Then these cases are stalled
        | case     | cause                 | about | overdue |
        | CHB-0905 | escalation-unanswered | E1    | 17 days |

    Scenario: As it was known a month earlier, the answer was not yet due
      When the record is read as known at 10 May 2016
      Then no case is stalled

    Scenario: Opened again for five minutes, it has waited as long as before
      Given case CHB-0905 goes on like this
        | recorded            | by      | what     |
        | 10 June 2016 09:00  | PS 0088 | reopened |
      When the record is read as at 10 June 2016
      Then these cases are stalled for "untouched"
        | case     | cause     | since            | overdue |
        | CHB-0905 | untouched | 2 May 2016 10:00 | 31 days |

    Scenario: While it was closed no work was missing; it is idle, and silent, since it was opened again
      Given case CHB-0905 goes on like this
        | recorded            | by      | what     |
        | 10 June 2016 09:00  | PS 0088 | reopened |
      When the record is read as at 12 June 2016
      Then case CHB-0905 has been idle for 2 days
      And no case is stalled for "dormant"
      When the record is read as at 10 July 2016
      Then these cases are stalled for "dormant"
        | case     | cause   | since              | overdue |
        | CHB-0905 | dormant | 10 June 2016 09:00 | 14 hours |
