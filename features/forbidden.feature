Feature: What cannot have happened is refused, and so is what nobody may do
  Reality is recorded, however irregular. Only two things are refused: what cannot have happened, and what a rule
  about who may act forbids. A refusal says why, and leaves nothing behind.

  Background:
    Given these officers
      | officer | team  | accredited for   | since          |
      | DC 1417 | Hydra | child-protection | 4 January 2016 |
    And case IMG-0417 with this record
      | recorded               | by            | what                                      |
      | 12 February 2016 09:12 | referral desk | reported as indecent-images               |
      | 29 February 2016 11:00 | PS 0088       | allocated to DC 1417                      |
      | 18 May 2016 10:30      | DC 1417       | warrant W1 sought                         |
      | 19 May 2016 09:30      | HMI 3         | escalated as E1: 96 days without a search |

  Rule: Nobody closes their own case

    Scenario: The owner tries
      When on 1 June 2016 09:00 DC 1417 tries to record on case IMG-0417: resolved: no further action
      Then it is refused with "DC 1417 owns the case, and an owner cannot close their own case"
      And case IMG-0417 has 4 entries

    Scenario: The owner tries under another spelling
      When on 1 June 2016 09:00 dc1417 tries to record on case IMG-0417: resolved: no further action
      Then it is refused with "DC 1417 owns the case, and an owner cannot close their own case"

    Scenario: The owner asks, and decides on it
      When on 1 June 2016 09:00 DC 1417 tries to record on case IMG-0417: closure requested: no further action
      And on 2 June 2016 09:00 DC 1417 tries to record on case IMG-0417: resolved: no further action
      Then it is refused with "DC 1417 owns the case, and an owner cannot close their own case"

    Scenario: Whoever asked for closure does not grant it either
      When on 1 June 2016 09:00 PS 0088 tries to record on case IMG-0417: closure requested: no further action
      And on 2 June 2016 09:00 PS 0088 tries to record on case IMG-0417: resolved: no further action
      Then it is refused with "PS 0088 asked for closure, and somebody else must decide"

    Scenario: Somebody else may
      When on 1 June 2016 09:00 DC 1417 tries to record on case IMG-0417: closure requested: no further action
      And on 2 June 2016 09:00 DI 0031 tries to record on case IMG-0417: resolved: no further action
      Then it is recorded as entry 6
      When the record is read as at 2 June 2016
      Then case IMG-0417 is closed, after 110 days

  Rule: Nobody gets round that by amending the record

    Scenario Outline: The owner first takes back that the case is theirs
      When on 1 June 2016 09:00 DC 1417 tries to record on case IMG-0417: <amendment>
      Then it is recorded as entry 5
      When on 2 June 2016 09:00 DC 1417 tries to record on case IMG-0417: resolved: no further action
      Then it is refused with "DC 1417 owns the case, and an owner cannot close their own case: so it stood before their own correction or retraction"
      When on 3 June 2016 09:00 DI 0031 tries to record on case IMG-0417: resolved: no further action
      Then it is recorded as entry 6

      Examples:
        | amendment                         |
        | entry 2 retracted                 |
        | entry 2 corrected: officer = DC 9 |

    Scenario: Somebody else puts a wrong allocation right, and whoever was named by it closes the case
      When on 1 June 2016 09:00 PS 0088 tries to record on case IMG-0417: entry 2 corrected: officer = DC 9
      And on 2 June 2016 09:00 DC 1417 tries to record on case IMG-0417: resolved: no further action
      Then it is recorded as entry 6
      When the record is read as at 3 June 2016
      Then entry 6 of case IMG-0417 is flagged "former-owner"

    Scenario Outline: The owner turns what a supervisor decided
      Given case IMG-0417 goes on like this
        | recorded          | by      | what              |
        | 1 June 2016 09:00 | DI 0031 | resolved: charged |
        | 2 June 2016 09:00 | DI 0031 | reopened          |
      When on 3 June 2016 09:00 DC 1417 tries to record on case IMG-0417: <amendment>
      Then it is refused with "<what> is amended by those who may decide that: DC 1417 owns the case, and an owner cannot close their own case"
      When on 3 June 2016 09:00 PS 0088 tries to record on case IMG-0417: <amendment>
      Then it is recorded as entry 7

      Examples:
        | amendment                             | what               |
        | entry 5 corrected: outcome = no crime | entry 5 (resolved) |
        | entry 5 retracted                     | entry 5 (resolved) |
        | entry 6 retracted                     | entry 6 (reopened) |

  Rule: A warrant takes its steps in order

    Scenario Outline: Steps that were left out
      When on 1 June 2016 09:00 DC 1417 tries to record on case IMG-0417: <what>
      Then it is refused with "<why>"
      And case IMG-0417 has 4 entries

      Examples:
        | what                | why                                                                |
        | warrant W1 executed | warrant W1 cannot be executed: it is sought, and was never granted |
        | warrant W2 granted  | warrant W2 had not been sought by then                             |
        | warrant W1 sought   | warrant W1 has been sought already                                 |

    Scenario: The state that counts is that of the day on which it happened
      Given case IMG-0417 goes on like this
        | recorded          | by      | what               |
        | 26 May 2016 10:15 | DC 1417 | warrant W1 granted |
      When on 1 June 2016 09:00 DC 1417 tries to record on case IMG-0417 what happened on 25 May 2016 06:00: warrant W1 executed
      Then it is refused with "warrant W1 cannot be executed: it is sought, and was never granted"
      When on 1 June 2016 09:00 DC 1417 tries to record on case IMG-0417 what happened on 27 May 2016 06:00: warrant W1 executed
      Then it is recorded as entry 6

  Rule: The inspectorate alone speaks for the inspectorate

    Scenario Outline: The force tries
      When on 1 June 2016 09:00 DI 0031 tries to record on case IMG-0417: <what>
      Then it is refused with "<why>"
      And case IMG-0417 has 4 entries

      Examples:
        | what                         | why                                                             |
        | escalated as E2: all is well | only the inspectorate does this, and DI 0031 acts as supervisor |
        | answer to E1 accepted        | escalation E1 has no answer to judge: it is open                |

    Scenario: The force does not accept its own answer
      When on 1 June 2016 09:00 DI 0031 tries to record on case IMG-0417: answered E1: a warrant has been sought
      And on 2 June 2016 09:00 DI 0031 tries to record on case IMG-0417: answer to E1 accepted
      Then it is refused with "only the inspectorate does this, and DI 0031 acts as supervisor"
      When the record is read as at 3 June 2016
      Then escalation E1 of case IMG-0417 is answered since 1 June 2016

  Rule: Nothing happens to a case before it was reported, and nothing is reported twice

    Scenario: Before the report
      When on 1 June 2016 09:00 DC 1417 tries to record on case IMG-0417 what happened on 11 February 2016 09:00: child seen
      Then it is refused with "the case had not been reported by then"

    Scenario: A second report
      When on 1 June 2016 09:00 referral desk tries to record on case IMG-0417: reported as indecent-images
      Then it is refused with "case IMG-0417 has been reported already"

    Scenario: The report is never taken back
      When on 1 June 2016 09:00 PS 0088 tries to record on case IMG-0417: entry 1 retracted
      Then it is refused with "the report itself cannot be retracted: everything else rests on it"
      And case IMG-0417 has 4 entries
