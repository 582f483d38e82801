"""The review method: what a review computes and by which thresholds; a versioned document, approved before the period."""
