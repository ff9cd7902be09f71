Feature: M11 - Rounds compared
  An inspection is followed up. Later 135 cases were examined: 10 good, 64 requiring improvement, 61 inadequate;
  then 214, of which 191 were below good. A round names the one it follows, and the two are compared.

  Background:
    Given the three rounds of inspection

  Rule: Each round has its own figures

    Scenario: The second round
      When the report of round-2 is read as at 24 November 2017
      Then 135 cases were drawn and 135 examined
      And these grades were given
        | grade                | cases | percent |
        | good                 | 10    | 7.4     |
        | requires improvement | 64    | 47.4    |
        | inadequate           | 61    | 45.2    |
        | below good           | 125   | 92.6    |

    Scenario: The second round as it was known a month earlier
      When the report of round-2 is read as at 24 November 2017, as known at 24 October 2017
      Then 135 cases were drawn and 120 examined

    Scenario: The third round
      When the report of round-3 is read as at 22 February 2018
      Then 214 cases were drawn and 214 examined
      And these grades were given
        | grade                | cases | percent |
        | good                 | 23    | 10.7    |
        | requires improvement | 104   | 48.6    |
        | inadequate           | 87    | 40.7    |
        | below good           | 191   | 89.3    |

    Scenario: The third round as it was known a month earlier
      When the report of round-3 is read as at 22 February 2018, as known at 22 January 2018
      Then 214 cases were drawn and 190 examined

  Rule: A round is compared with the one that it follows, in all and case by case

    Scenario Outline: Shares side by side, and the cases that both rounds examined
      When the report of <round> is read as at <day>
      Then it follows <before>, in which <below> of <examined> cases were below good
      And of the cases examined in both <better> were better, <same> the same and <worse> worse

      Examples:
        | round   | day              | before  | below | examined | better | same | worse |
        | round-2 | 24 November 2017 | round-1 | 278   | 374      | 9      | 13   | 15    |
        | round-3 | 22 February 2018 | round-2 | 125   | 135      | 22     | 27   | 16    |
