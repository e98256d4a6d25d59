output "endpoints" {
  description = "Public endpoints of the clusters, by application and role of the Region."
  value = {
    for name, application in module.application : name => {
      for role, region in application.regions : role => region.endpoint
    }
  }
}
