"""RUN: bring up what a template declares, on this machine. Never imports aws_cdk or the constructs."""
