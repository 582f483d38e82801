"""Standard setting in the browser: Angoff in two rounds; compared with the scheme's pass mark, which it does not change."""
