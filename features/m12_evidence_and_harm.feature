Feature: Evidence lost and harm done while a case waited stand beside the delay
  While cases waited, evidence was lost and offenders went on being a risk. What was lost and whom it harmed is
  recorded as fact, and stands beside the delay in which it happened. It is no work on the case: nobody's list grows
  shorter because things grew worse.

  Background:
    Given these officers
      | officer | team  | accredited for   | since          |
      | DC 1417 | Hydra | child-protection | 4 January 2016 |
      | DC 2206 | Lyra  | child-protection | 4 January 2016 |
    And this record of several cases
      | happened            | recorded              | by            | about    | what                                            | reason             |
      |                     | 8 February 2016 09:00 | referral desk | IMG-0455 | reported as indecent-images, of children aged 9 |                    |
      |                     | 8 February 2016 09:30 | PS 0088       | IMG-0455 | risk assessed as high                           |                    |
      |                     | 8 February 2016 10:00 | PS 0088       | IMG-0455 | crime recorded                                  |                    |
      |                     | 1 March 2016 09:00    | PS 0088       | IMG-0455 | allocated to DC 1417                            |                    |
      |                     | 1 March 2016 10:00    | DC 1417       | IMG-0455 | supervisor review                               |                    |
      |                     | 4 April 2016 09:00    | referral desk | DVW-0170 | reported as domestic-abuse                      |                    |
      |                     | 4 April 2016 10:00    | PS 0088       | DVW-0170 | risk assessed as medium                         |                    |
      |                     | 4 April 2016 11:00    | PS 0088       | DVW-0170 | allocated to DC 2206                            |                    |
      |                     | 4 April 2016 12:00    | DC 2206       | DVW-0170 | crime recorded                                  |                    |
      |                     | 25 April 2016 15:00   | DC 1417       | IMG-0455 | evidence lost: his telephone was wiped          |                    |
      |                     | 27 April 2016 10:00   | DC 2206       | DVW-0170 | evidence lost: the film of the night            |                    |
      | 20 March 2016 18:00 | 12 May 2016 11:00     | DC 1417       | IMG-0455 | further harm: a second child, a neighbour's     |                    |
      |                     | 16 May 2016 09:00     | PS 0088       | DVW-0170 | entry 5 retracted                               | the film was found |

  Rule: What was lost or suffered stands beside the delay

    Scenario: On the day of the inspection
      When the record is read as at 31 May 2016
      Then this harm stands beside the stalled cases
        | case     | owner   | harm          | came to light       | cause          | standard          | overdue  |
        | IMG-0455 | DC 1417 | further-harm  | 20 March 2016 18:00 | clock-breached | image-case-action | 106 days |
        | IMG-0455 | DC 1417 | evidence-lost | 25 April 2016 15:00 | clock-breached | image-case-action | 106 days |

    Scenario: What was overdue already when it happened, and whose case it was then
      When the record is read as at 31 May 2016
      Then this harm came to light, in these delays
        | case     | harm          | came to light       | owner then | team then | stalled then for  | overdue by then |
        | IMG-0455 | further-harm  | 20 March 2016 18:00 | DC 1417    | Hydra     | image-case-action | 34 days         |
        | IMG-0455 | evidence-lost | 25 April 2016 15:00 | DC 1417    | Hydra     | image-case-action | 70 days         |

    Scenario: As known a month earlier, with evidence thought lost, and nobody knowing of the second child
      When the record is read as known at 30 April 2016
      Then this harm came to light, in these delays
        | case     | harm          | came to light       | owner then | team then | stalled then for  | overdue by then |
        | IMG-0455 | evidence-lost | 25 April 2016 15:00 | DC 1417    | Hydra     | image-case-action | 70 days         |
        | DVW-0170 | evidence-lost | 27 April 2016 10:00 | DC 2206    | Lyra      | dormant           | 8 days          |

    Scenario: That same day a month earlier, by what is known at the inspection
      When the record is read as at 30 April 2016, as known at 31 May 2016
      Then this harm came to light, in these delays
        | case     | harm          | came to light       | overdue by then |
        | IMG-0455 | further-harm  | 20 March 2016 18:00 | 34 days         |
        | IMG-0455 | evidence-lost | 25 April 2016 15:00 | 70 days         |

    Scenario: The day of the inspection, with the knowledge of a month before
      When the record is read as at 31 May 2016, as known at 30 April 2016
      Then this harm stands beside the stalled cases
        | case     | harm          | came to light       | overdue  |
        | IMG-0455 | evidence-lost | 25 April 2016 15:00 | 106 days |
        | DVW-0170 | evidence-lost | 27 April 2016 10:00 | 43 days  |

  Rule: It is no work on the case

    Scenario: The case goes on being idle
      When the record is read as at 25 April 2016 15:00
      Then the last activity on case IMG-0455 is "supervisor-review"
      And case IMG-0455 has been idle for 55 days
      And these cases are stalled for "dormant"
        | case     | since              | due                 | overdue |
        | IMG-0455 | 1 March 2016 10:00 | 8 March 2016 10:00  | 48 days |
        | DVW-0170 | 4 April 2016 12:00 | 18 April 2016 12:00 | 7 days  |

    Scenario: The delay is the same to the day, whether or not the harm is known
      When the record is read as known at 11 May 2016
      Then these cases break the standard "image-case-action"
        | case     | due                    | overdue |
        | IMG-0455 | 15 February 2016 09:00 | 86 days |
      When the record is read as at 11 May 2016
      Then these cases break the standard "image-case-action"
        | case     | due                    | overdue |
        | IMG-0455 | 15 February 2016 09:00 | 86 days |

  Rule: Closing the case does not close the record of the harm

    Scenario: Resolved, and the harm still told
      Given this record of several cases
        | recorded          | by      | about    | what                       |
        | 1 June 2016 06:40 | DC 1417 | IMG-0455 | arrest                     |
        | 2 June 2016 09:00 | DC 1417 | IMG-0455 | closure requested: charged |
        | 6 June 2016 09:00 | DI 0031 | IMG-0455 | resolved: charged          |
      When the record is read as at 30 June 2016
      Then this harm came to light, in these delays
        | case     | harm          | came to light       | owner then | overdue by then |
        | IMG-0455 | further-harm  | 20 March 2016 18:00 | DC 1417    | 34 days         |
        | IMG-0455 | evidence-lost | 25 April 2016 15:00 | DC 1417    | 70 days         |
      And no case breaks the standard "image-case-action"
