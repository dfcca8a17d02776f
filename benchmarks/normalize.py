"""Time of normal forms: a million different values of each kind, plainly written and not."""

import sys
import time

import numpy as np
import pyarrow as pa

from ringfinder.normalize import normalize_array
from ringfinder.records.kinds import ColumnKind

SIZE = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000
LIMITS = {ColumnKind.ADDRESS: 20.0}


def main() -> int:
    """Print seconds for each kind and writing; 1 if one is over its limit."""
    chance = np.random.default_rng(1)
    number = chance.choice(10**9, SIZE, replace=False)
    door = np.arange(SIZE)
    values = {
        (ColumnKind.PHONE, "plain"): [f"1{3 + n % 7}{n:09d}" for n in number],
        (ColumnKind.PHONE, "other"): [f"+86 1{3 + n % 7}{n // 10**7:02d}-{n % 10**7:07d}" for n in number],
        (ColumnKind.BANK_ACCOUNT, "plain"): [f"6217{n:015d}" for n in number],
        (ColumnKind.BANK_ACCOUNT, "other"): [f"6217 {n // 10**5:04d} {n % 10**5:05d} 000{n % 10}" for n in number],
        (ColumnKind.EMAIL, "plain"): [f"u{n}@qq.com" for n in number],
        (ColumnKind.EMAIL, "other"): [f" U{n}@QQ.com " for n in number],
        (ColumnKind.ADDRESS, "plain"): [
            f"广东省深圳市南山区科技南{n % 97}路{n % 999}号{n % 60 + 1}栋{n % 7 + 1}单元{n // 60}室" for n in door
        ],
        (ColumnKind.ADDRESS, "other"): [
            f"深圳南山区 粤海街道科技南路{n % 999}号{n % 60 + 1}#{n % 7 + 1}-{n // 60}室" for n in door
        ],
    }
    late = 0
    for (kind, writing), written in values.items():
        array = pa.array(written)
        begun = time.perf_counter()
        normalize_array(kind, array)
        seconds = time.perf_counter() - begun
        limit = LIMITS.get(kind, 3.0) * SIZE / 1_000_000
        late += seconds > limit
        print(f"{kind.value:13} {writing:6} {len(array):>9,} values {seconds:6.2f} s (at most {limit:.1f})")
    return 1 if late else 0


if __name__ == "__main__":
    sys.exit(main())
