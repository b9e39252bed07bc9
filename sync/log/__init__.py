"""The change log: Apache Kafka, the embedded log, and recordings."""
