import subprocess
import sys


def test_importing_the_library_loads_neither_calamine_nor_openpyxl() -> None:
    program = (
        "import sys, ikusei.lib.tabular, ikusei.lib.dates, ikusei.lib.text;"
        "print(sorted({'python_calamine', 'openpyxl', 'numpy', 'ikusei.org'} & set(sys.modules)))"
    )
    child = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert child.stdout.strip() == "[]"
