"""DECLARE: AWS CDK constructs. Keyword arguments in, CloudFormation out.

Every check comes before anything is created: a constructor that fails leaves nothing in the tree.
"""
