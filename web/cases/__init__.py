"""What the pages of one case share: which case is meant, its entries as rows, its lanes as a picture."""
