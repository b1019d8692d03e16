"""The counting logic of the published design, on batches of base64 records.

The first line of standard input is a JSON array of batches. After it, each line `count` is answered with the counts as JSON, each
line `run` with the seconds of processor time that one pass over all batches took.
"""

import base64
import json
import sys
import time
from collections import defaultdict


def count(batch):
    counters = defaultdict(int)
    for data in batch:
        event = json.loads(base64.b64decode(data))
        counters[(event["event_type"], event["utc_timestamp"][:13])] += 1
    return counters


batches = json.loads(sys.stdin.readline())

for line in sys.stdin:
    if line == "count\n":
        total = defaultdict(int)
        for batch in batches:
            for (name, hour), number in count(batch).items():
                total[f"{name} {hour}"] += number
        print(json.dumps(total), flush=True)
    else:
        begin = time.process_time()
        for batch in batches:
            count(batch)
        print(time.process_time() - begin, flush=True)
