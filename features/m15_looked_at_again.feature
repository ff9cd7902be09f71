Feature: The record cannot be tidied up afterwards
  The force said that it had looked at every case again and found no further harm. Nobody outside could tell whether
  the record was still the one that had been kept at the time.

  Whoever keeps a record can write into it whatever they like, and make every hash in it fit; here the force even has
  its signer sign the outcome, as if nothing had been signed before. What nobody can change is what somebody else
  holds. A checkpoint says how many entries there are and one hash over all of them, signed by the force. The
  inspectorate was given one at the end of April and one at the end of May. Every entry has a position in the whole
  record, from 1 on.

  Background:
    Given a force that has its record signed
    And case IMG-0417 with this record
      | happened            | recorded            | by            | what                         |
      |                     | 11 April 2016 09:12 | referral desk | reported as indecent-images  |
      |                     | 11 April 2016 09:40 | PS 0088       | risk assessed as very high   |
      |                     | 12 April 2016 11:00 | PS 0088       | allocated to DC 1417         |
      | 14 April 2016 15:20 | 23 April 2016 10:00 | DC 1417       | contact attempted: no answer |
    And case CHB-0901 with this record
      | recorded            | by            | what                    |
      | 25 April 2016 09:00 | referral desk | reported as child-abuse |
      | 25 April 2016 10:00 | PS 0088       | allocated to DC 2206    |
    And on 30 April 2016 18:00 the inspectorate is given a checkpoint
    And on 30 April 2016 19:00 the force makes a backup
    And case IMG-0417 goes on like this
      | recorded          | by      | what                                                                    |
      | 17 May 2016 11:15 | HMI 3   | escalated as E1, with a child at immediate risk: no warrant after 36 days |
      | 18 May 2016 10:30 | DC 1417 | warrant W1 sought                                                       |
      | 19 May 2016 12:00 | DC 1417 | warrant W1 granted                                                      |
      | 20 May 2016 06:30 | DC 1417 | warrant W1 executed                                                     |
      | 20 May 2016 16:00 | DC 1417 | further harm: a child in the same house                                 |
    And case CHB-0901 goes on like this
      | recorded          | by      | what                          |
      | 23 May 2016 09:00 | DC 2206 | child seen                    |
      | 24 May 2016 09:00 | PS 0088 | risk assessed as high         |
      | 25 May 2016 15:00 | DC 2206 | strategy discussion           |
      | 26 May 2016 10:00 | HMI 3   | escalated as E1: no plan      |
      | 27 May 2016 10:00 | PS 0088 | answered E1: a plan was made  |
    And on 31 May 2016 18:00 the inspectorate is given a checkpoint

  Rule: A record that only grew is whole

    Scenario: As it was when the last checkpoint was given
      When the inspectorate compares the record with the checkpoints that it holds
      Then it is told that the record is whole, 16 entries

    Scenario: With what was recorded since, also late and put right
      Given case IMG-0417 goes on like this
        | happened          | recorded          | by      | what                           | reason           |
        | 20 May 2016 07:00 | 2 June 2016 10:00 | DC 1417 | arrest                         |                  |
        |                   | 3 June 2016 10:00 | PS 0088 | entry 2 corrected: risk = high | judged too early |
      When the inspectorate compares the record with the checkpoints that it holds
      Then it is told that the record is whole, 18 entries

  Rule: What was signed and is held outside cannot be changed without its showing

    Scenario: An entry is rewritten
      When the force rewrites position 11, "a child in the same house" into "none", and signs all of it anew
      Then nothing in the record itself shows it
      When the inspectorate compares the record with the checkpoints that it holds
      Then it is told of tampering, in an entry at a position from 7 to 16
      And this is what its checkpoints say
        | given         | entries | the record |
        | 30 April 2016 | 6       | agrees     |
        | 31 May 2016   | 16      | disagrees  |
      And its witness does not sign the record again

    Scenario: An entry of April is rewritten, which both checkpoints cover
      When the force rewrites position 4, "no answer" into "spoke to the mother", and signs all of it anew
      Then nothing in the record itself shows it
      When the inspectorate compares the record with the checkpoints that it holds
      Then it is told of tampering, in an entry at a position from 1 to 6
      And this is what its checkpoints say
        | given         | entries | the record |
        | 30 April 2016 | 6       | disagrees  |
        | 31 May 2016   | 16      | disagrees  |
      And its witness does not sign the record again

    Scenario: The last ten entries are deleted
      When the force deletes the last 10 entries, and signs all of it anew
      Then nothing in the record itself shows it
      When the inspectorate compares the record with the checkpoints that it holds
      Then it is told of tampering, in an entry at a position from 7 to 16
      And this is what its checkpoints say
        | given         | entries | the record |
        | 30 April 2016 | 6       | agrees     |
        | 31 May 2016   | 16      | disagrees  |
      And its witness does not sign the record again

    Scenario: An entry is inserted, dated back to before the inspectorate spoke
      When the force inserts after position 6 that DC 1417 tried to call on 12 May 2016 10:00, and signs all of it anew
      Then nothing in the record itself shows it
      When the inspectorate compares the record with the checkpoints that it holds
      Then it is told of tampering, in an entry at a position from 7 to 16
      And this is what its checkpoints say
        | given         | entries | the record |
        | 30 April 2016 | 6       | agrees     |
        | 31 May 2016   | 16      | disagrees  |
      And its witness does not sign the record again

    Scenario: Last month's backup is restored
      When the force restores the backup
      Then nothing in the record itself shows it
      And the force's own signer refuses to sign it: "entries are gone"
      When the inspectorate compares the record with the checkpoints that it holds
      Then it is told of tampering, in an entry at a position from 7 to 16
      And this is what its checkpoints say
        | given         | entries | the record |
        | 30 April 2016 | 6       | agrees     |
        | 31 May 2016   | 16      | disagrees  |

    Scenario: Last month's backup is restored, and other entries are recorded until there are as many
      When the force restores the backup
      And case CHB-0901 is filled up with 10 entries, and the force signs all of it anew
      Then nothing in the record itself shows it
      When the inspectorate compares the record with the checkpoints that it holds
      Then it is told of tampering, in an entry at a position from 7 to 16
      And its witness does not sign the record again

  Rule: Who changes an entry and does not make the rest fit is found out without any checkpoint

    Scenario: One entry is changed with another program
      When somebody changes position 11, "a child in the same house" into "none", and nothing else
      Then the record itself shows that position 11 was changed

  Rule: What cannot be told: what was changed since the last checkpoint that is held outside

    Background:
      Given case CHB-0901 goes on like this
        | recorded          | by      | what                           |
        | 1 June 2016 09:00 | DC 2206 | further harm: a second child   |
        | 1 June 2016 10:00 | PS 0088 | risk assessed as very high     |

    Scenario: An entry of June is rewritten before anybody outside holds a checkpoint of June
      When the force rewrites position 17, "a second child" into "none", and signs all of it anew
      And the inspectorate compares the record with the checkpoints that it holds
      Then it is told that the record is whole, 18 entries

    Scenario: Had a checkpoint been given an hour later, it would have been told
      Given on 1 June 2016 11:00 the inspectorate is given a checkpoint
      When the force rewrites position 17, "a second child" into "none", and signs all of it anew
      And the inspectorate compares the record with the checkpoints that it holds
      Then it is told of tampering, in an entry at a position from 17 to 18
      And its witness does not sign the record again
