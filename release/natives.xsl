<?xml version="1.0" encoding="UTF-8"?>
<!--
  Of a flattened pom: a dependency on the natives of the build's platform becomes one for each platform, in a profile
  that the user's operating system activates.
-->
<xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform" xmlns:m="http://maven.apache.org/POM/4.0.0" xmlns="http://maven.apache.org/POM/4.0.0" exclude-result-prefixes="m">
  <xsl:output method="xml" encoding="UTF-8" indent="yes"/>
  <xsl:strip-space elements="*"/>
  <!-- JavaCPP's name of the platform that builds, as it stands in classifiers. -->
  <xsl:param name="platform"/>

  <xsl:variable name="natives" select="/m:project/m:dependencies/m:dependency[contains(m:classifier, $platform) or contains(m:classifier, '${javacpp.platform}')]"/>

  <xsl:template match="@* | node()">
    <xsl:copy>
      <xsl:apply-templates select="@* | node()"/>
    </xsl:copy>
  </xsl:template>

  <xsl:template match="/m:project/m:dependencies/m:dependency">
    <xsl:if test="not(m:classifier) or not(contains(m:classifier, $platform) or contains(m:classifier, '${javacpp.platform}'))">
      <xsl:copy-of select="."/>
    </xsl:if>
  </xsl:template>

  <xsl:template match="/m:project">
    <xsl:copy>
      <xsl:apply-templates select="@* | node()[not(self::m:profiles)]"/>
      <xsl:if test="m:profiles or $natives">
        <profiles>
          <xsl:apply-templates select="m:profiles/node()"/>
          <xsl:if test="$natives">
            <xsl:call-template name="profile">
              <xsl:with-param name="name">linux-x86_64</xsl:with-param>
              <xsl:with-param name="os">Linux</xsl:with-param>
              <xsl:with-param name="arch">amd64</xsl:with-param>
            </xsl:call-template>
            <xsl:call-template name="profile">
              <xsl:with-param name="name">linux-arm64</xsl:with-param>
              <xsl:with-param name="os">Linux</xsl:with-param>
              <xsl:with-param name="arch">aarch64</xsl:with-param>
            </xsl:call-template>
            <xsl:call-template name="profile">
              <xsl:with-param name="name">macosx-x86_64</xsl:with-param>
              <xsl:with-param name="family">mac</xsl:with-param>
              <xsl:with-param name="arch">x86_64</xsl:with-param>
            </xsl:call-template>
            <xsl:call-template name="profile">
              <xsl:with-param name="name">macosx-arm64</xsl:with-param>
              <xsl:with-param name="family">mac</xsl:with-param>
              <xsl:with-param name="arch">aarch64</xsl:with-param>
            </xsl:call-template>
            <xsl:call-template name="profile">
              <xsl:with-param name="name">windows-x86_64</xsl:with-param>
              <xsl:with-param name="family">windows</xsl:with-param>
              <xsl:with-param name="arch">amd64</xsl:with-param>
            </xsl:call-template>
          </xsl:if>
        </profiles>
      </xsl:if>
    </xsl:copy>
  </xsl:template>

  <xsl:template name="profile">
    <xsl:param name="name"/>
    <xsl:param name="family"/>
    <xsl:param name="os"/>
    <xsl:param name="arch"/>
    <profile>
      <id>natives-<xsl:value-of select="$name"/></id>
      <activation>
        <os>
          <xsl:choose>
            <xsl:when test="$os">
              <name><xsl:value-of select="$os"/></name>
            </xsl:when>
            <xsl:otherwise>
              <family><xsl:value-of select="$family"/></family>
            </xsl:otherwise>
          </xsl:choose>
          <arch><xsl:value-of select="$arch"/></arch>
        </os>
      </activation>
      <dependencies>
        <xsl:for-each select="$natives">
          <dependency>
            <xsl:copy-of select="*[not(self::m:classifier)]"/>
            <classifier><xsl:value-of select="$name"/></classifier>
          </dependency>
        </xsl:for-each>
      </dependencies>
    </profile>
  </xsl:template>
</xsl:stylesheet>
