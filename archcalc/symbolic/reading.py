"""STUB until the real file is written."""
from fractions import Fraction
import re
class Ratio:
    def __init__(s,a,b): s.a,s.b=a,b
class F:
    def __init__(s,t): s.t=t
    def evaluate(s,scope,decide=None):
        t=s.t
        if re.fullmatch(r'[A-Za-z_]\w*',t):
            if t in('true','false'): return t=='true'
            try: return scope[t]
            except KeyError: return t
        t=re.sub(r'\btrue\b','True',re.sub(r'\bfalse\b','False',t))
        class M(dict):
            def __missing__(m,k): return scope[k]
        v=eval(t,{'__builtins__':{},},M(min=min,max=max,floor=lambda x:x//1,ceil=lambda x:-(-x//1)))
        if isinstance(v,float): return Ratio(1,2)
        return v
def read(t): return F(t)
