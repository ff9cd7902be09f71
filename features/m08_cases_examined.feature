Feature: What an inspection drew, examined and found below good can be counted again
  The inspectorate draws a sample of the force's cases as at a day and grades each. One account of the first round
  counts the 384 that were drawn, another the 374 that were examined; 278 of those were below good, three quarters.

  The figures are of the public record. The cases are invented, and so is how the 278 divide. Of each category the
  force has five cases for every four that are drawn. Those drawn are graded in the order of their references: the
  first 96 as the first line says, the next as the second, and the last ten not at all.

  Background:
    Given on 1 February 2016 these cases are reported
      | category                  | cases |
      | child-abuse               | 120   |
      | domestic-abuse            | 95    |
      | missing                   | 90    |
      | child-sexual-exploitation | 70    |
      | indecent-images           | 50    |
      | offender-management       | 35    |
      | child-in-custody          | 20    |
    And on 22 February 2016 HMI 3 opens the round R1 and draws 384 cases by category
    And on 18 April 2016 HMI 3 grades the cases of the round R1
      | cases | inspectorate         | entered         | moderated                    |
      | 96    | good                 |                 |                              |
      | 121   | requires improvement |                 |                              |
      | 4     | requires improvement |                 | 14 November 2016: inadequate |
      | 141   | inadequate           |                 |                              |
      | 8     | requires improvement | 8 November 2016 |                              |
      | 4     | inadequate           | 8 November 2016 |                              |

  Rule: Drawn and examined are two figures, and both stand in the report

    Scenario: On the day the report was published
      When the record is read as known at 25 November 2016
      Then in the round R1 384 cases were drawn, 374 of them examined
      And in the round R1 these grades were given
        | grade                | cases | percent |
        | good                 | 96    | 25.7    |
        | requires improvement | 129   | 34.5    |
        | inadequate           | 149   | 39.8    |
        | below good           | 278   | 74.3    |

    Scenario: As known a month earlier, with twelve grades not entered and four not moderated
      When the record is read as known at 25 October 2016
      Then in the round R1 384 cases were drawn, 362 of them examined
      And in the round R1 these grades were given
        | grade                | cases | percent |
        | good                 | 96    | 26.5    |
        | requires improvement | 125   | 34.5    |
        | inadequate           | 141   | 39.0    |
        | below good           | 266   | 73.5    |

    Scenario: That same day a month earlier, by what is known now
      When the record is read as at 25 October 2016
      Then in the round R1 384 cases were drawn, 374 of them examined
      And in the round R1 these grades were given
        | grade                | cases | percent |
        | good                 | 96    | 25.7    |
        | requires improvement | 129   | 34.5    |
        | inadequate           | 149   | 39.8    |
        | below good           | 278   | 74.3    |

    Scenario: The ten that were drawn and never examined are named
      When the record is read as known at 25 November 2016
      Then in the round R1 these cases were not examined
        | case   |
        | C-0468 |
        | C-0469 |
        | C-0471 |
        | C-0472 |
        | C-0473 |
        | C-0474 |
        | C-0476 |
        | C-0478 |
        | C-0479 |
        | C-0480 |

  Rule: A sample has its share of every category, and anybody can draw it again

    Scenario: Four of every five
      When the record is read as known at 25 November 2016
      Then in the round R1 these cases were drawn
        | category                  | there were | drawn |
        | child-abuse               | 120        | 96    |
        | child-in-custody          | 20         | 16    |
        | child-sexual-exploitation | 70         | 56    |
        | domestic-abuse            | 95         | 76    |
        | indecent-images           | 50         | 40    |
        | missing                   | 90         | 72    |
        | offender-management       | 35         | 28    |

    Scenario: Drawn again, it is the same, whatever cases have come since
      Given on 1 December 2016 these cases are reported
        | category    | cases |
        | child-abuse | 40    |
        | missing     | 10    |
      When the sample of the round R1 is drawn again
      Then it is the same 384 cases
