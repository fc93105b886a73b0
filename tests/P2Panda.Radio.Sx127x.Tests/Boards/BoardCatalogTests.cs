using System.Text.Json;
using Iot.Device.Sx127x;
using P2Panda.Radio.Sx127x.Boards;
using P2Panda.Tests;

namespace P2Panda.Radio.Sx127x.Tests.Boards;

public sealed class BoardCatalogTests
{
    private static readonly string Folder = Path.Combine(TestVectors.RepositoryRoot, "hardware", "boards");

    public static TheoryData<string> Names => [.. BoardCatalog.Names];

    [Fact]
    public void TheProgramBringsEveryBoardOfTheFolder() =>
        BoardCatalog.Names.ShouldBe(Directory.GetFiles(Folder, "*.json").Select(path => Path.GetFileNameWithoutExtension(path)!).Order(StringComparer.Ordinal));

    [Theory]
    [MemberData(nameof(Names))]
    public void ABoardIsWhatItsFileSays(string name)
    {
        var file = JsonDocument.Parse(File.ReadAllText(Path.Combine(Folder, name + ".json"))).RootElement;
        var board = BoardCatalog.Find(name).ShouldNotBeNull();

        board.Id.ShouldBe(name);
        board.Reset.ShouldBe(Pin("reset"));
        board.Dio0.ShouldBe(Pin("dio0"));
        board.Dio1.ShouldBe(Pin("dio1"));
        board.Bands.Count.ShouldBe(file.GetProperty("bands").GetArrayLength());
        board.MaxDbm.ShouldBe(file.GetProperty("power").GetProperty("maxDbm").GetInt32());
        (board.PowerOutput == PowerOutput.Rfo).ShouldBe(file.GetProperty("power").GetProperty("output").GetString() == "rfo");
        board.SpiPath.ShouldMatch("^/dev/spidev[01]\\.[012]$");
        board.SoftwareChipSelect.ShouldBeFalse();

        int Pin(string pin) => file.GetProperty("pins").TryGetProperty(pin, out var line) ? line.GetProperty("gpio").GetInt32() : -1;
    }

    [Fact]
    public void AChipSelectThatIsAnOrdinaryLineIsTheFirstOfTheBus()
    {
        var board = BoardCatalog.Find("dragino-lora-gps-hat").ShouldNotBeNull();
        board.SpiPath.ShouldBe("/dev/spidev0.0");
        board.ChipSelect.ShouldBe(25);
        BoardCatalog.Find("adafruit-rfm95w-bonnet").ShouldNotBeNull().SpiPath.ShouldBe("/dev/spidev0.1");
    }

    [Fact]
    public void WhatIsNotThereIsNotFound()
    {
        BoardCatalog.Find("imaginary").ShouldBeNull();
        BoardCatalog.Find("../boards/ra-02").ShouldBeNull();
    }

    [Theory]
    [InlineData("inair4", 433_175_000, 14, "")]
    [InlineData("inair4", 868_100_000, 14, "410 to 525 MHz")]
    [InlineData("inair4", 433_175_000, 17, "at most 14 dBm")]
    [InlineData("dragino-lora-gps-hat", 433_175_000, 20, "")]
    [InlineData("dragino-lora-gps-hat", 600_000_000, 20, "862 to 1020 MHz or 410 to 525 MHz")]
    public void ABoardSaysWhatItIsNotMadeFor(string name, long frequencyHz, int powerDbm, string problem)
    {
        var problems = BoardCatalog.Find(name)!.Problems(frequencyHz, powerDbm);
        if (problem.Length == 0)
            problems.ShouldBeEmpty();
        else
            problems.ShouldHaveSingleItem().ShouldContain(problem);
    }
}
