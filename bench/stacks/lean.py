"""The leanest transactions function that we would still call one: what it imports, and nothing of ours.

Powertools' Logger and Metrics, psycopg, a token by the standard library, AES-GCM for fields.
"""

import base64
import hashlib
import hmac
import json
import urllib.parse
import uuid

import psycopg
from aws_lambda_powertools import Logger, Metrics
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

logger = Logger(service="transactions")
metrics = Metrics(namespace="transactions", service="transactions")
NEEDED = (base64, hashlib, hmac, json, urllib.parse, uuid, psycopg, AESGCM)
