using P2Panda.Radio.Gateway.Api.Access;
using P2Panda.Radio.Gateway.Configuration;

namespace P2Panda.Radio.Gateway.Tests.Api.Access;

public sealed class AccessRulesTests
{
    private static readonly AccessRules Rules = new(
        new ApiSettings { Hosts = ["gateway.example"], Origins = ["https://app.example", "capacitor://localhost"] }, "hut");

    [Theory]
    [InlineData("localhost", true)]
    [InlineData("127.0.0.1", true)]
    [InlineData("::1", true)]
    [InlineData("192.168.4.1", true)]
    [InlineData("hut", true)]
    [InlineData("HUT.local", true)]
    [InlineData("gateway.example", true)]
    [InlineData("evil.example", false)]
    [InlineData("localhost.evil.example", false)]
    [InlineData("hut.evil.example", false)]
    [InlineData("", false)]
    public void OnlyNamesOfThisGatewayAreAnswered(string host, bool expected) => Rules.IsOurName(host).ShouldBe(expected);

    [Theory]
    [InlineData("https://app.example", true)]
    [InlineData("capacitor://localhost", true)]
    [InlineData("http://localhost:5173", true)]
    [InlineData("http://127.0.0.1", true)]
    [InlineData("http://[::1]:8080", true)]
    [InlineData("http://app.localhost", true)]
    [InlineData("http://192.168.4.1:2020", true)]
    [InlineData("http://192.168.4.1", false)]
    [InlineData("http://app.example", false)]
    [InlineData("https://app.example.evil.example", false)]
    [InlineData("http://localhost.evil.example", false)]
    [InlineData("http://127.0.0.1.evil.example", false)]
    [InlineData("ftp://localhost", false)]
    [InlineData("null", false)]
    [InlineData("nonsense", false)]
    public void OnlyKnownPagesMayReadAndPublish(string origin, bool expected) =>
        Rules.IsKnownOrigin(origin, "http://192.168.4.1:2020").ShouldBe(expected);

    [Theory]
    [InlineData("https://evil.example")]
    [InlineData("null")]
    public void AStarIsEveryPage(string origin) =>
        new AccessRules(new ApiSettings { Origins = ["*"] }, "hut").IsKnownOrigin(origin, "http://hut").ShouldBeTrue();
}
