Feature: M8 - Cases examined
  The inspectorate draws a sample of the force's cases as at a day and grades each. One account of the first round
  counts the 384 that were drawn, another the 374 that were examined; 278 of those were below good, three quarters.

  Background:
    Given the three rounds of inspection

  Rule: Drawn and examined are two figures, and both stand in the report

    Scenario: On the day the report was published
      When the report of round-1 is read as at 25 November 2016
      Then 384 cases were drawn and 374 examined
      And these grades were given
        | grade                | cases | percent |
        | good                 | 96    | 25.7    |
        | requires improvement | 129   | 34.5    |
        | inadequate           | 149   | 39.8    |
        | below good           | 278   | 74.3    |

    Scenario: The same report as it was known a month earlier
      When the report of round-1 is read as at 25 November 2016, as known at 25 October 2016
      Then 384 cases were drawn and 362 examined
      And these grades were given
        | grade                | cases | percent |
        | good                 | 96    | 26.5    |
        | requires improvement | 125   | 34.5    |
        | inadequate           | 141   | 39.0    |
        | below good           | 266   | 73.5    |

    Scenario: Cases that were drawn and never examined are named
      When the report of round-1 is read as at 25 November 2016
      Then 10 cases that were drawn are named as not examined

  Rule: A sample can be drawn again by anybody, and must come out the same

    Scenario Outline: Each round's sample
      When the sample of <round> is drawn again
      Then it is the sample that was drawn: <size> cases

      Examples:
        | round   | size |
        | round-1 | 384  |
        | round-2 | 135  |
        | round-3 | 214  |
