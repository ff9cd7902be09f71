Feature: The force's own grades stand beside the inspectorate's, case by case
  The force graded 76 of its cases good where the inspectorate graded 22; the force found 24 inadequate, and the
  inspectorate 101. Whoever grades their own work must see both side by side, case by case.

  Those four figures are of the public record. The cases are invented, and so is which of the force's grades met
  which of the inspectorate's.

  Background:
    Given on 1 February 2016 these cases are reported
      | category    | cases |
      | child-abuse | 132   |
    And on 22 February 2016 HMI 3 opens the round R1 and draws 132 cases by category
    And on 18 April 2016 HMI 3 grades the cases of the round R1, which the force graded on 14 March 2016
      | cases | force                | inspectorate         | moderated                    |
      | 18    | good                 | good                 |                              |
      | 6     | good                 | requires improvement |                              |
      | 4     | good                 | requires improvement | 14 November 2016: inadequate |
      | 48    | good                 | inadequate           |                              |
      | 3     | requires improvement | good                 |                              |
      | 2     | requires improvement | requires improvement |                              |
      | 27    | requires improvement | inadequate           |                              |
      | 1     | inadequate           | good                 |                              |
      | 1     | inadequate           | requires improvement |                              |
      | 22    | inadequate           | inadequate           |                              |

  Rule: Each case that both graded has its place in the matrix

    Scenario: On the day the report was published
      When the record is read as known at 25 November 2016
      Then in the round R1 the force's grades are the lines, and the inspectorate's the columns
        | force                | good | requires improvement | inadequate | all |
        | good                 | 18   | 6                    | 52         | 76  |
        | requires improvement | 3    | 2                    | 27         | 32  |
        | inadequate           | 1    | 1                    | 22         | 24  |
        | all                  | 22   | 9                    | 101        | 132 |

    Scenario: As known a month earlier, before four cases were moderated
      When the record is read as known at 25 October 2016
      Then in the round R1 the force's grades are the lines, and the inspectorate's the columns
        | force                | good | requires improvement | inadequate | all |
        | good                 | 18   | 10                   | 48         | 76  |
        | requires improvement | 3    | 2                    | 27         | 32  |
        | inadequate           | 1    | 1                    | 22         | 24  |
        | all                  | 22   | 13                   | 97         | 132 |

  Rule: Every case on which the two differ is listed

    Scenario: Ninety cases, and of most of them the force thought the better
      When the record is read as known at 25 November 2016
      Then in the round R1 the two differ on so many cases
        | force                | inspectorate         | cases |
        | good                 | requires improvement | 6     |
        | good                 | inadequate           | 52    |
        | requires improvement | good                 | 3     |
        | requires improvement | inadequate           | 27    |
        | inadequate           | good                 | 1     |
        | inadequate           | requires improvement | 1     |

  Rule: How far the two differ is one figure, and how far they agree beyond chance another

    Scenario: The force grades itself almost a whole grade too high
      # Worse by one step in 6 + 27 cases and by two in 52, better by one in 3 + 1 and by two in 1:
      # 33 + 104 - 4 - 2 = 131 steps, in 132 cases.
      When the record is read as known at 25 November 2016
      Then in the round R1 the bias is 0.9924 grades and Cohen's kappa 0.089

    Scenario: Nothing is said of agreement where only one of them graded
      Given on 10 July 2017 HMI 3 opens the round R2 and grades these cases
        | cases | in R2      |
        | 3     | inadequate |
      When the record is read as known at 24 November 2017
      Then in the round R2 0 cases were graded by both
      And in the round R2 there is no bias and no kappa
