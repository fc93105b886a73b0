using System.Text.Json;
using System.Xml.Linq;

namespace P2Panda.Radio.Gateway.Tests.Hardware;

public sealed class BoardTests
{
    private static readonly string Folder = Path.Combine(Tool.Root, "hardware");

    public static TheoryData<string> Boards => [.. Directory.GetFiles(Path.Combine(Folder, "boards"), "*.json").Select(path => Path.GetFileNameWithoutExtension(path)).Order()];

    [Fact]
    public void WhatIsMadeFromTheBoardsIsUpToDate()
    {
        var (exit, output, errors) = Tool.Run("/usr/bin/python3", "hardware/generate.py", "--check");
        exit.ShouldBe(0, output + errors + "run 'make hardware'");
        output.ShouldBe("45 files, 0 out of date\n");
    }

    [Fact]
    public void EveryBoardFollowsTheSchema()
    {
        const string Program = """
            import glob, json, jsonschema
            schema = json.load(open("hardware/board.schema.json"))
            jsonschema.Draft202012Validator.check_schema(schema)
            validator = jsonschema.Draft202012Validator(schema)
            files = glob.glob("hardware/boards/*.json")
            for name in files:
                for error in validator.iter_errors(json.load(open(name))):
                    print(name, list(error.path), error.message)
            broken = json.load(open(files[0]))
            broken["pins"]["dio0"]["gpio"] = 28
            assert list(validator.iter_errors(broken))
            print(len(files), "checked")
            """;
        Tool.Run("/usr/bin/python3", "-c", Program).ShouldBe((0, "22 checked\n", string.Empty));
    }

    [Theory]
    [MemberData(nameof(Boards))]
    public void NoLineIsUsedTwice(string id)
    {
        var board = Read(id);
        var select = board.GetProperty("spi").GetProperty("chipSelect");
        var used = board.GetProperty("pins").EnumerateObject().Select(pin => pin.Value.GetProperty("gpio").GetInt32())
            .Append(select.GetProperty("gpio").GetInt32())
            .Concat([9, 10, 11])
            .Concat(board.TryGetProperty("extras", out var extras)
                ? extras.EnumerateArray().SelectMany(extra => extra.GetProperty("gpio").EnumerateArray().Select(gpio => gpio.GetInt32()))
                : [])
            .ToList();
        used.ShouldBeUnique();

        // The controller's own lines are GPIO 8 and 7; any other is driven by the kernel as a GPIO.
        if (select.TryGetProperty("line", out var line))
        {
            select.GetProperty("gpio").GetInt32().ShouldBe(line.GetInt32() == 0 ? 8 : 7);
        }
        else
        {
            select.GetProperty("gpio").GetInt32().ShouldNotBeOneOf(7, 8);
        }

        if (board.GetProperty("power").GetProperty("output").GetString() == "rfo")
        {
            board.GetProperty("power").GetProperty("maxDbm").GetInt32().ShouldBeLessThanOrEqualTo(14);
        }
    }

    [Theory]
    [MemberData(nameof(Boards))]
    public void TheDiagramShowsEveryWire(string id)
    {
        var board = Read(id);
        var svg = XDocument.Load(Path.Combine(Folder, "diagrams", id + ".svg"));
        var texts = svg.Descendants().Where(element => element.Name.LocalName == "text").Select(element => element.Value).ToList();
        texts.ShouldContain(board.GetProperty("name").GetString()!);
        foreach (var pin in board.GetProperty("pins").EnumerateObject())
        {
            texts.ShouldContain(text => text.StartsWith($"{pin.Name.ToUpperInvariant()} GPIO{pin.Value.GetProperty("gpio").GetInt32()}", StringComparison.Ordinal));
        }

        var wires = svg.Descendants().Count(element => element.Name.LocalName == "path");
        wires.ShouldBe(board.GetProperty("pins").EnumerateObject().Count() + 6);
        texts.Contains("no reset line").ShouldBe(!board.GetProperty("pins").TryGetProperty("reset", out _));
    }

    [Theory]
    [InlineData("dragino-lora-gps-hat", "dtoverlay=spi0-1cs,cs0_pin=25", "dtparam=spi=on")]
    [InlineData("elecrow-rfm95-iot", "dtparam=spi=on", "dtoverlay")]
    [InlineData("adafruit-rfm95w-bonnet", "dtparam=i2c_arm=on", "dtoverlay")]
    public void BootLinesSuitTheChipSelect(string id, string present, string absent)
    {
        var lines = File.ReadAllLines(Path.Combine(Tool.Root, "firmware-config/boot", id + ".txt")).Where(line => line[0] != '#').ToList();
        lines.ShouldContain(present);
        lines.ShouldNotContain(line => line.StartsWith(absent, StringComparison.Ordinal));
        lines.ShouldContain("dtparam=watchdog=on");
    }

    private static JsonElement Read(string id) => JsonDocument.Parse(File.ReadAllText(Path.Combine(Folder, "boards", id + ".json"))).RootElement;
}
