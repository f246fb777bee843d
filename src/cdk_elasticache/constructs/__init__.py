"""DECLARE: AWS CDK constructs. Keyword arguments in, CloudFormation out.

Every check comes before anything is created: a constructor that fails leaves nothing in the tree.

Apps subclass these classes, and name their own attributes and methods as they like. So a class here keeps all that is
its own under names that begin with ``_cdk_elasticache``, and its other private parts are functions of its module.
"""
