import sys
sys.path.insert(0,'/tmp/pf')
import numpy as np
from text import cluster
def letter_clusters(texts):
    tx=texts.to_pylist(); have=[i for i,t in enumerate(tx) if t]
    out=np.full(len(tx),-1)
    if have: out[have]=cluster([tx[i] for i in have],.7)[0]
    return out
