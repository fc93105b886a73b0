using P2Panda.Libp2p.NatHost;

if (args is ["link", .. var links])
{
    DelayLink.Run(links);
    return;
}

await new Agent(Console.In, Console.Out).RunAsync();
