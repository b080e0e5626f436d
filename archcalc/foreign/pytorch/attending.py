"""The classes of a program for attention and experts, which torch.nn has not, or without some options."""

from __future__ import annotations

ATTENTION = '''\
class Attention(nn.Module):
    """Multi-head attention, without rotary positions, which have no parameters."""

    def __init__(
        self,
        features,
        heads,
        kv_heads,
        key_dim,
        value_dim,
        biases=True,
        memory_features=None,
        qk_norm=False,
        causal=False,
        window=None,
        buckets=None,
    ):
        super().__init__()
        self.heads, self.kv_heads = heads, kv_heads
        self.causal, self.window, self.buckets = causal, window, buckets
        read = memory_features or features
        query, key, value, output = biases if isinstance(biases, tuple) else [biases] * 4
        self.q_proj = nn.Linear(features, heads * key_dim, bias=query)
        self.k_proj = nn.Linear(read, kv_heads * key_dim, bias=key)
        self.v_proj = nn.Linear(read, kv_heads * value_dim, bias=value)
        self.out_proj = nn.Linear(heads * value_dim, features, bias=output)
        self.q_norm = nn.RMSNorm(key_dim) if qk_norm else nn.Identity()
        self.k_norm = nn.RMSNorm(key_dim) if qk_norm else nn.Identity()
        if buckets:
            self.relative_attention_bias = nn.Embedding(buckets, heads)

    def forward(self, x, memory=None):
        memory = x if memory is None else memory
        copies = self.heads // self.kv_heads
        q = self.q_proj(x).unflatten(-1, (self.heads, -1)).transpose(1, 2)
        k = self.k_proj(memory).unflatten(-1, (self.kv_heads, -1)).transpose(1, 2)
        v = self.v_proj(memory).unflatten(-1, (self.kv_heads, -1)).transpose(1, 2)
        k = self.k_norm(k).repeat_interleave(copies, dim=1)
        v = v.repeat_interleave(copies, dim=1)
        mask = self.mask(x.shape[1], memory.shape[1], x.device)
        y = F.scaled_dot_product_attention(self.q_norm(q), k, v, attn_mask=mask)
        return self.out_proj(y.transpose(1, 2).flatten(2))

    def mask(self, queries, keys, device):
        """Return which keys each query attends to, or what is added to their scores."""
        distance = torch.arange(queries, device=device).unsqueeze(1)
        distance = distance - torch.arange(keys, device=device)
        seen = distance >= 0 if self.causal else torch.ones_like(distance) > 0
        if self.window is not None:
            width = self.window if self.causal else self.window // 2 + 1
            seen = seen & (distance.abs() < width)
        if self.buckets:
            bias = self.relative_attention_bias(self.bucket(distance)).permute(2, 0, 1)
            return bias.masked_fill(~seen, float("-inf"))
        return seen if self.causal or self.window is not None else None

    def bucket(self, distance, farthest=128):
        """Return the range of each distance, like T5: single ones, then in powers."""
        number = self.buckets if self.causal else self.buckets // 2
        start = 0 if self.causal else (distance < 0) * number
        distance, single = distance.abs(), number // 2
        ratio = (distance.clamp(min=1) / single).log() / math.log(farthest / single)
        far = (single + ratio * (number - single)).long().clamp(max=number - 1)
        return start + torch.where(distance < single, distance, far)
'''

LATENT_ATTENTION = '''\
class LatentAttention(nn.Module):
    """Attention to keys and values made of a latent vector; positions do not rotate."""

    def __init__(
        self,
        features,
        heads,
        kv_rank,
        nope_dim,
        rope_dim,
        value_dim,
        query_rank=0,
        bias=False,
        causal=True,
    ):
        super().__init__()
        self.heads, self.causal = heads, causal
        self.sizes = nope_dim, rope_dim, value_dim, kv_rank
        queries = heads * (nope_dim + rope_dim)
        self.q_proj = nn.Linear(features, queries, bias=False)
        if query_rank:
            self.q_proj = nn.Sequential(
                nn.Linear(features, query_rank, bias=bias),
                nn.RMSNorm(query_rank),
                nn.Linear(query_rank, queries, bias=False),
            )
        self.kv_a_proj = nn.Linear(features, kv_rank + rope_dim, bias=bias)
        self.kv_a_norm = nn.RMSNorm(kv_rank)
        self.kv_b_proj = nn.Linear(kv_rank, heads * (nope_dim + value_dim), bias=False)
        self.o_proj = nn.Linear(heads * value_dim, features, bias=bias)

    def forward(self, x):
        nope, rope, value, rank = self.sizes
        q = self.q_proj(x).unflatten(-1, (self.heads, -1)).transpose(1, 2)
        latent, turning = self.kv_a_proj(x).split([rank, rope], dim=-1)
        both = self.kv_b_proj(self.kv_a_norm(latent))
        both = both.unflatten(-1, (self.heads, -1)).transpose(1, 2)
        k, v = both.split([nope, value], dim=-1)
        k = torch.cat([k, turning.unsqueeze(1).expand(-1, self.heads, -1, -1)], dim=-1)
        y = F.scaled_dot_product_attention(q, k, v, is_causal=self.causal)
        return self.o_proj(y.transpose(1, 2).flatten(2))
'''

EXPERTS = '''\
class Perceptrons(nn.Module):
    """Multilayer perceptrons side by side, whose outputs are weighted and added."""

    def __init__(self, number, features, hidden, gated, bias):
        super().__init__()
        self.up = nn.Parameter(torch.zeros(number, hidden, features))
        self.down = nn.Parameter(torch.zeros(number, features, hidden))
        gate = nn.Parameter(torch.zeros(number, hidden, features)) if gated else None
        self.gate = gate
        sizes = {"up": hidden, "down": features} | ({"gate": hidden} if gated else {})
        self.biases = nn.ParameterDict(
            {name: torch.zeros(number, n) for name, n in sizes.items() if bias}
        )

    def forward(self, x, weights=None):
        y = self.linear("up", "...f,ehf->...eh", x)
        if self.gate is not None:
            y = y * F.silu(self.linear("gate", "...f,ehf->...eh", x))
        else:
            y = F.gelu(y)
        y = self.linear("down", "...eh,efh->...ef", y)
        return (y if weights is None else y * weights.unsqueeze(-1)).sum(dim=-2)

    def linear(self, name, equation, x):
        y = torch.einsum(equation, x, getattr(self, name))
        return y + self.biases[name] if name in self.biases else y


class Experts(nn.Module):
    """A mixture of experts. All experts run here; the weights of the idle ones are 0."""

    def __init__(
        self,
        features,
        number,
        active,
        hidden,
        gated=True,
        bias=False,
        router_bias=False,
        shared=0,
        shared_hidden=None,
        shared_gate=False,
    ):
        super().__init__()
        self.active = active
        self.router = nn.Linear(features, number, bias=router_bias)
        self.experts = Perceptrons(number, features, hidden, gated, bias)
        self.shared = self.shared_gate = None
        if shared:
            self.shared = Perceptrons(shared, features, shared_hidden, gated, bias)
        if shared and shared_gate:
            self.shared_gate = nn.Linear(features, 1, bias=False)

    def forward(self, x):
        scores = self.router(x).softmax(dim=-1)
        best, chosen = scores.topk(self.active, dim=-1)
        y = self.experts(x, torch.zeros_like(scores).scatter(-1, chosen, best))
        if self.shared is None:
            return y
        common = self.shared(x)
        if self.shared_gate is not None:
            common = common * self.shared_gate(x).sigmoid()
        return y + common
'''
