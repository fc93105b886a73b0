using P2Panda.Core.Hashing;

namespace P2Panda.Core.Tests.Hashing;

public sealed class YasmfTests
{
    private const string OfOneTwoThree = "0020b177ec1bf26dfb3b7010d473e6d44713b29b765b99c6e60ecbfae742de496543";

    [Fact]
    public void HashCarriesTypeAndLength() => Yasmf.Hash([1, 2, 3]).ToString().ShouldBe(OfOneTwoThree);

    [Theory]
    [InlineData(OfOneTwoThree, true)]
    [InlineData("0020B177EC1BF26DFB3B7010D473E6D44713B29B765B99C6E60ECBFAE742DE496543", true)]
    [InlineData("0021b177ec1bf26dfb3b7010d473e6d44713b29b765b99c6e60ecbfae742de496543", false)]
    [InlineData("0120b177ec1bf26dfb3b7010d473e6d44713b29b765b99c6e60ecbfae742de496543", false)]
    [InlineData("0020b177ec1bf26dfb3b7010d473e6d44713b29b765b99c6e60ecbfae742de4965", false)]
    [InlineData("0020b177ec1bf26dfb3b7010d473e6d44713b29b765b99c6e60ecbfae742de4965zz", false)]
    [InlineData("", false)]
    public void TextIsReadStrictly(string text, bool accepted)
    {
        Yasmf.TryParse(text, out var hash).ShouldBe(accepted);
        hash.IsEmpty.ShouldBe(!accepted);
        if (accepted)
        {
            hash.ToString().ShouldBe(OfOneTwoThree);
        }
    }
}
