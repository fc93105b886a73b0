-- Frames of P2Panda.Radio in Wireshark and tshark (4.0 and later), as PROTOCOL.md of P2Panda.Radio.Air lays them out.
-- To install: copy to ~/.local/lib/wireshark/plugins/, or call tshark -X lua_script:p2panda-radio.lua -r capture.pcap
-- Captures come from "p2panda-radio run --capture FILE".

local proto = Proto("p2panda_radio", "p2panda radio frame")

local SYNC_WORD = 0x57
local VERSION = 1
local TAG, SYMBOL_ID, KEY_ID, COUNTER, SIGNATURE, STRICT_HINT = 4, 1, 8, 5, 64, 4

local KINDS = {
  [0] = "announcement", [1] = "entries", [2] = "author-sealed entries", [3] = "want",
  [4] = "repair set", [5] = "chain part", [6] = "control", [7] = "entry",
}
local AUTHOR_ENTRY = 2

local f = {
  direction = ProtoField.string("p2panda_radio.direction", "Direction"),
  version = ProtoField.uint8("p2panda_radio.version", "Version", base.DEC, nil, 0xC0),
  strict = ProtoField.bool("p2panda_radio.strict", "Frame carries a signature of its own", 8, nil, 0x20),
  source_symbols = ProtoField.uint8("p2panda_radio.k", "Source symbols (K)", base.DEC),
  tag = ProtoField.uint32("p2panda_radio.tag", "Burst tag", base.HEX),
  symbol_id = ProtoField.uint8("p2panda_radio.symbol_id", "Symbol id", base.DEC),
  repair = ProtoField.bool("p2panda_radio.repair", "Repair symbol"),
  symbol_length = ProtoField.uint8("p2panda_radio.symbol_length", "Symbol length (T)", base.DEC),
  symbol = ProtoField.bytes("p2panda_radio.symbol", "Symbol"),
  kind = ProtoField.uint8("p2panda_radio.burst.kind", "Burst kind", base.DEC, KINDS, 0xE0),
  padding = ProtoField.uint8("p2panda_radio.burst.padding", "Padding", base.DEC, nil, 0x1F),
  key_id = ProtoField.bytes("p2panda_radio.burst.key_id", "Key id"),
  counter = ProtoField.uint64("p2panda_radio.burst.counter", "Counter", base.DEC),
  body = ProtoField.bytes("p2panda_radio.burst.body", "Body"),
  seal = ProtoField.bytes("p2panda_radio.burst.seal", "Seal (Ed25519)"),
  strict_hint = ProtoField.bytes("p2panda_radio.strict.key_hint", "Signer's key id, first bytes"),
  strict_signature = ProtoField.bytes("p2panda_radio.strict.signature", "Frame signature (Ed25519)"),
}
proto.fields = {}
for _, field in pairs(f) do table.insert(proto.fields, field) end

local malformed = ProtoExpert.new("p2panda_radio.malformed", "Not a p2panda radio frame", expert.group.MALFORMED, expert.severity.WARN)
proto.experts = { malformed }

local current_rssi = Field.new("loratap.rssi.current")

-- A burst that is one frame can be read without decoding anything.
local function dissect_burst(buffer, tree, info)
  local branch = tree:add(proto, buffer, "Burst")
  local kind = bit.rshift(buffer(0, 1):uint(), 5)
  branch:add(f.kind, buffer(0, 1))
  branch:add(f.padding, buffer(0, 1))
  local name = KINDS[kind]
  if kind == AUTHOR_ENTRY then
    if buffer:len() > 1 then branch:add(f.body, buffer(1)) end
    return name
  end
  local header = 1 + KEY_ID + COUNTER
  if buffer:len() < header + SIGNATURE then
    branch:add_proto_expert_info(malformed, "a gateway-sealed burst is longer than this")
    return name
  end
  branch:add(f.key_id, buffer(1, KEY_ID))
  branch:add(f.counter, buffer(1 + KEY_ID, COUNTER))
  local body = buffer:len() - header - SIGNATURE
  if body > 0 then branch:add(f.body, buffer(header, body)) end
  branch:add(f.seal, buffer(header + body, SIGNATURE))
  return name .. " from " .. buffer(1, KEY_ID):bytes():tohex(true) .. " #" .. buffer(1 + KEY_ID, COUNTER):uint64():tonumber()
end

function proto.dissector(buffer, pinfo, tree)
  if buffer:len() < 2 then return 0 end
  local first = buffer(0, 1):uint()
  pinfo.cols.protocol = "p2panda"
  local branch = tree:add(proto, buffer())
  local strength = current_rssi()
  if strength then
    local direction = strength.range(0, 1):uint() == 0 and "sent" or "received"
    branch:add(f.direction, direction):set_generated()
    pinfo.cols.info = direction .. ": "
  end
  branch:add(f.version, buffer(0, 1))
  if bit.rshift(first, 6) ~= VERSION then
    branch:add_proto_expert_info(malformed, "unknown version")
    return buffer:len()
  end
  local strict = bit.band(first, 0x20) ~= 0
  local k = bit.band(first, 0x1F) + 1
  branch:add(f.strict, buffer(0, 1))
  branch:add(f.source_symbols, buffer(0, 1), k)
  local header = k == 1 and 1 or 1 + TAG + SYMBOL_ID
  local trailer = strict and STRICT_HINT + SIGNATURE or 0
  local length = buffer:len() - header - trailer
  if length < 1 then
    branch:add_proto_expert_info(malformed, "no room for a symbol")
    return buffer:len()
  end
  if k > 1 then
    local id = buffer(1 + TAG, SYMBOL_ID):uint()
    branch:add(f.tag, buffer(1, TAG))
    branch:add(f.symbol_id, buffer(1 + TAG, SYMBOL_ID))
    branch:add(f.repair, id >= k):set_generated()
    pinfo.cols.info:append(string.format("burst %s, symbol %d of K=%d", buffer(1, TAG):bytes():tohex(true), id, k))
  end
  branch:add(f.symbol_length, length):set_generated()
  branch:add(f.symbol, buffer(header, length))
  if k == 1 then
    pinfo.cols.info:append(dissect_burst(buffer(header, length):tvb(), branch))
  end
  if strict then
    branch:add(f.strict_hint, buffer(header + length, STRICT_HINT))
    branch:add(f.strict_signature, buffer(header + length + STRICT_HINT, SIGNATURE))
  end
  return buffer:len()
end

DissectorTable.get("loratap.syncword"):add(SYNC_WORD, proto)
