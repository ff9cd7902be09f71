Feature: A round of inspection is compared with the one that it follows, case by case
  An inspection is followed up. Later 135 cases were examined: 10 good, 64 requiring improvement, 61 inadequate;
  then 214, of which 191 were below good. A round names the one it follows, and the two are compared.

  The figures are of the public record. The cases are invented, and so is how the grades below good divide in the first
  round and the third, and which cases were examined twice. A case with - was not examined in the round before.

  Background:
    Given on 18 April 2016 HMI 3 opens the round R1 and grades these cases
      | cases | in R1                |
      | 96    | good                 |
      | 129   | requires improvement |
      | 149   | inadequate           |
    And on 10 July 2017 HMI 3 opens the round R2, which follows R1, and grades these cases
      | cases | in R1                | in R2                | entered         |
      | 1     | good                 | good                 |                 |
      | 6     | good                 | requires improvement |                 |
      | 3     | good                 | inadequate           |                 |
      | 2     | requires improvement | good                 |                 |
      | 6     | requires improvement | requires improvement |                 |
      | 6     | requires improvement | inadequate           |                 |
      | 1     | inadequate           | good                 |                 |
      | 6     | inadequate           | requires improvement |                 |
      | 6     | inadequate           | inadequate           |                 |
      | 6     | -                    | good                 |                 |
      | 37    | -                    | requires improvement |                 |
      | 9     | -                    | requires improvement | 6 November 2017 |
      | 40    | -                    | inadequate           |                 |
      | 6     | -                    | inadequate           | 6 November 2017 |
    And on 13 November 2017 HMI 3 opens the round R3, which follows R2, and grades these cases
      | cases | in R2                | in R3                | entered         |
      | 3     | good                 | good                 |                 |
      | 4     | good                 | requires improvement |                 |
      | 2     | good                 | inadequate           |                 |
      | 6     | requires improvement | good                 |                 |
      | 15    | requires improvement | requires improvement |                 |
      | 10    | requires improvement | inadequate           |                 |
      | 2     | inadequate           | good                 |                 |
      | 14    | inadequate           | requires improvement |                 |
      | 9     | inadequate           | inadequate           |                 |
      | 12    | -                    | good                 |                 |
      | 57    | -                    | requires improvement |                 |
      | 14    | -                    | requires improvement | 5 February 2018 |
      | 56    | -                    | inadequate           |                 |
      | 10    | -                    | inadequate           | 5 February 2018 |

  Rule: Each round has its own figures

    Scenario: The second round
      When the record is read as known at 24 November 2017
      Then in the round R2 135 cases were drawn, 135 of them examined
      And in the round R2 these grades were given
        | grade                | cases | percent |
        | good                 | 10    | 7.4     |
        | requires improvement | 64    | 47.4    |
        | inadequate           | 61    | 45.2    |
        | below good           | 125   | 92.6    |

    Scenario: The third round
      When the record is read as known at 22 February 2018
      Then in the round R3 214 cases were drawn, 214 of them examined
      And in the round R3 these grades were given
        | grade                | cases | percent |
        | good                 | 23    | 10.7    |
        | requires improvement | 104   | 48.6    |
        | inadequate           | 87    | 40.7    |
        | below good           | 191   | 89.3    |

    Scenario Outline: As known a month earlier, with the grades that were entered late missing
      When the record is read as known at <known>
      Then in the round <round> <drawn> cases were drawn, <examined> of them examined

      Examples:
        | round | known           | drawn | examined |
        | R2    | 24 October 2017 | 135   | 120      |
        | R3    | 22 January 2018 | 214   | 190      |

  Rule: A round is compared with the one that it follows, in all and case by case

    Scenario: The second round beside the first
      When the record is read as known at 24 November 2017
      Then the round R2 follows R1, in which 278 of 374 cases were below good
      And of the cases examined in R1 and again in R2 so many were graded
        | in R1                | in R2                | cases |
        | good                 | good                 | 1     |
        | good                 | requires improvement | 6     |
        | good                 | inadequate           | 3     |
        | requires improvement | good                 | 2     |
        | requires improvement | requires improvement | 6     |
        | requires improvement | inadequate           | 6     |
        | inadequate           | good                 | 1     |
        | inadequate           | requires improvement | 6     |
        | inadequate           | inadequate           | 6     |
      And in the round R2 9 cases were better than before, 13 the same and 15 worse

    Scenario: The third round beside the second
      When the record is read as known at 22 February 2018
      Then the round R3 follows R2, in which 125 of 135 cases were below good
      And in the round R3 22 cases were better than before, 27 the same and 16 worse
