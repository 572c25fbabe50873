namespace Granary.ClusterTests;

public class ClusterPackagesTests
{
    [Fact]
    public void The_cluster_is_built_in()
    {
#if !CLUSTER
        Assert.Skip("built without Cluster=true: the packages of Microsoft Orleans do not restore here, or were not asked for");
#endif
    }
}
