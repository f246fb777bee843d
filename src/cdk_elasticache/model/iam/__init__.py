"""IAM as far as connecting needs it: tokens (:mod:`.token`), policies (:mod:`.policy`), decisions (:mod:`.connect`)."""
