Feature: The same command is recorded once
  A line may break after a command was stored and before its answer came back. Whoever sends it again, with the
  command's number, must neither lose it nor store it twice.

  Background:
    Given these officers
      | officer | team  | accredited for   | since          |
      | DC 1417 | Hydra | child-protection | 4 January 2016 |
    And case IMG-0417 with this record
      | recorded               | by            | what                        |
      | 12 February 2016 09:12 | referral desk | reported as indecent-images |
      | 29 February 2016 11:00 | PS 0088       | allocated to DC 1417        |
    And case IMG-0418 with this record
      | recorded               | by            | what                        |
      | 1 March 2016 09:00     | referral desk | reported as indecent-images |

  Rule: Sent again, a command adds nothing and is told so

    Scenario: The answer was lost
      When on 18 May 2016 10:30 DC 1417 sends command 7 to case IMG-0417: warrant W1 sought
      Then it is recorded as entry 3
      When on 18 May 2016 10:45 DC 1417 sends command 7 to case IMG-0417: warrant W1 sought
      Then it had been recorded already, as entry 3
      And case IMG-0417 has 3 entries
      And entry 3 of case IMG-0417 was recorded on 18 May 2016 10:30

    Scenario: Also after others have gone on
      When on 18 May 2016 10:30 DC 1417 sends command 7 to case IMG-0417: warrant W1 sought
      And on 20 May 2016 10:30 DC 1417 sends command 8 to case IMG-0417: warrant W1 granted
      And on 21 May 2016 10:30 DC 1417 sends command 7 to case IMG-0417: warrant W1 sought
      Then it had been recorded already, as entry 3
      And case IMG-0417 has 4 entries

    Scenario: Without a number, two commands are two entries
      When on 18 May 2016 10:30 DC 1417 tries to record on case IMG-0417: contact attempted
      And on 18 May 2016 10:31 DC 1417 tries to record on case IMG-0417: contact attempted
      Then it is recorded as entry 4

  Rule: One number stands for one command

    Scenario Outline: The number was used for something else
      When on 18 May 2016 10:30 DC 1417 sends command 7 to case IMG-0417: warrant W1 sought
      And on 18 May 2016 10:45 <who> sends command 7 to case <case>: <what>
      Then it conflicts with what is recorded
      And case IMG-0417 has 3 entries
      And case IMG-0418 has 1 entry

      Examples:
        | who     | case     | what              |
        | DC 1417 | IMG-0417 | child seen        |
        | DC 1417 | IMG-0417 | warrant W2 sought |
        | PS 0088 | IMG-0417 | warrant W1 sought |
        | DC 1417 | IMG-0418 | warrant W1 sought |
