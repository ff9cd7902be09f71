"""What changed over all cases between two pictures: under the names of the contract, and in words."""
