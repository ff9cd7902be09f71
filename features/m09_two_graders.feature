Feature: M9 - The force's own grades beside the inspectorate's
  The force graded 76 of its cases good where the inspectorate graded 22; the force found 24 inadequate, and the
  inspectorate 101. Whoever grades their own work must see both side by side, case by case.

  Background:
    Given the three rounds of inspection

  Rule: Each case that both graded has its place in the matrix

    Scenario: On the day the report was published
      When the report of round-1 is read as at 25 November 2016
      Then 132 cases were graded by both
      And the force's grades are the lines, and the inspectorate's the columns
        | force                | good | requires improvement | inadequate | all |
        | good                 | 18   | 6                    | 52         | 76  |
        | requires improvement | 3    | 2                    | 27         | 32  |
        | inadequate           | 1    | 1                    | 22         | 24  |
        | all                  | 22   | 9                    | 101        | 132 |

    Scenario: As it was known a month earlier, before four cases were moderated
      When the report of round-1 is read as at 25 November 2016, as known at 25 October 2016
      Then the force's grades are the lines, and the inspectorate's the columns
        | force                | good | requires improvement | inadequate | all |
        | good                 | 18   | 10                   | 48         | 76  |
        | requires improvement | 3    | 2                    | 27         | 32  |
        | inadequate           | 1    | 1                    | 22         | 24  |
        | all                  | 22   | 13                   | 97         | 132 |

  Rule: How far the two differ is one figure, and how far they agree beyond chance another

    Scenario: The force grades itself almost a whole grade too high
      When the report of round-1 is read as at 25 November 2016
      Then the bias is 0.9924 grades and Cohen's kappa 0.089
      And 90 cases are listed in which the two differ

    Scenario: Nothing is said of agreement where only one of them graded
      When the report of round-2 is read as at 24 November 2017
      Then 0 cases were graded by both
      And there is no bias and no kappa
