"""What leaves the house: e-mail and webhooks, to configured addresses only. The network's home on the web side."""
