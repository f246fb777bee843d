"""AWS CDK constructs for Amazon ElastiCache Serverless.

``import cdk_elasticache as elasticache`` is the one public door.
"""
