"""OpenCV's ESPCN x2, a turn for each line of JSON on standard input; an answer of JSON for each."""
import json
import sys
import time

import cv2
from cv2 import dnn_superres


def answer(**values):
    print(json.dumps(values), flush=True)


def read(path):
    picture = cv2.imread(path)
    if picture is None:
        raise ValueError('expected a picture, received ' + path)
    return picture


def main():
    setup = json.loads(sys.stdin.readline())
    cv2.setNumThreads(setup['threads'])
    network = dnn_superres.DnnSuperResImpl_create()
    network.readModel(setup['model'])
    network.setModel('espcn', setup['scale'])
    picture = read(setup['picture'])
    answer(version=cv2.__version__)
    for line in sys.stdin:
        request = json.loads(line)
        if 'from' in request:
            cv2.imwrite(request['to'], network.upsample(read(request['from'])))
            answer()
            continue
        start = time.perf_counter()
        network.upsample(picture)
        answer(milliseconds=1000 * (time.perf_counter() - start))


try:
    main()
except Exception as failure:  # The other side shows it; a traceback would be lost.
    answer(error=type(failure).__name__ + ': ' + ' '.join(str(failure).split()))
    sys.exit(1)
