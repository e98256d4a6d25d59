"""The demonstration: deploy the stack on the embedded cloud, follow one transaction through both Regions, tear down."""
