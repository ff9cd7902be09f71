Feature: M10 - Cases referred back
  38 cases were referred back to the force, as a serious concern or because a child was at immediate risk. Each
  answer is the force's, each verdict on it the inspectorate's, and none of them goes missing.

  Background:
    Given the three rounds of inspection

  Rule: Every referral, its answer and the verdict are counted

    Scenario Outline: The referrals of the first round
      When the report of round-1 is read as at 25 November 2016, as known at <known>
      Then <referred> cases were referred back, <at once> of them with a child at immediate risk
      And of the answers <accepted> were accepted, <rejected> are rejected, <open> await a verdict and <none> never came

      Examples:
        | known            | referred | at once | accepted | rejected | open | none |
        | 25 October 2016  | 36       | 12      | 26       | 5        | 3    | 2    |
        | 25 November 2016 | 38       | 13      | 28       | 4        | 4    | 2    |

  Rule: An answer that misses the wider safeguarding is rejected, and the rejection stays

    Scenario: Eleven answers were rejected, whatever was accepted later
      When the report of round-1 is read as at 25 November 2016
      Then 11 answers were rejected in all

  Rule: Whoever has not answered is in the list of the stalled cases

    Scenario: On the day the report was published
      When the report of round-1 is read as at 25 November 2016
      Then the referrals without an answer that holds are the cases that are stalled for "escalation-unanswered"
